//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{net::IpAddr, path::PathBuf};

/// Liên Gia: neighbours keep each other safe.
#[derive(Debug, Parser)]
#[command(name = "liengia", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve: bells, phones, desks.
    Serve(At),
    /// Explain every problem of the configuration.
    Check(At),
    /// Check the whole journal, or footage that was handed out; name what is bad first. The node may run.
    Verify(VerifyOf),
    /// Make every view anew from the entries.
    Rebuild(Rebuild),
    /// Save the node as it is now into one sealed file. The node may run.
    Backup(BackupOf),
    /// Fill an empty node from a backup.
    Restore(RestoreOf),
    /// Make the key that seals and opens backups.
    BackupKey {
        /// The new file; keep it apart from the backups.
        file: PathBuf,
    },
    /// Certificates for desks, by a CA of one's own.
    Tls(Tls),
    /// What can be done with a saved report.
    Report(ReportOf),
    /// Print the OpenAPI document.
    Openapi,
    /// Print every address of the API, and what one must be allowed to do to ask there.
    Routes,
    /// Serve a sample commune on this machine, and print a link for each role.
    Demo(Demo),
}

/// Which node.
#[derive(Debug, Args)]
pub struct At {
    /// The configuration.
    #[arg(long, default_value = "/etc/liengia/liengia.toml")]
    pub config: PathBuf,
}

/// What to check.
#[derive(Debug, Args)]
pub struct VerifyOf {
    /// An archive of footage; without it, the journal. It needs no node and no network.
    pub file: Option<PathBuf>,
    /// The key that the node shows on its page of cameras, as 64 digits: whose key signed it the file cannot say.
    #[arg(long)]
    pub key: Option<String>,
    /// Which node.
    #[command(flatten)]
    pub at: At,
}

/// How to rebuild.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Which node.
    #[command(flatten)]
    pub at: At,
    /// Only compare with what is there; the node may run.
    #[arg(long)]
    pub check: bool,
}

/// What to save, and how.
#[derive(Debug, Args)]
pub struct BackupOf {
    /// The new file; its name ends in .liengia-backup.
    pub file: PathBuf,
    /// The key file, made by `liengia backup-key`.
    #[arg(long)]
    pub key: PathBuf,
    /// Days after which the backup is deleted; erased people live on in it until then.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub keep_days: u16,
    /// Which node.
    #[command(flatten)]
    pub at: At,
}

/// What to restore, and how.
#[derive(Debug, Args)]
pub struct RestoreOf {
    /// The backup.
    pub file: PathBuf,
    /// The key file that it was made with.
    #[arg(long)]
    pub key: PathBuf,
    /// The newest list of erased ids; without it, the longest one beside the backup, the database or other backups.
    #[arg(long)]
    pub erased_ids: Option<PathBuf>,
    /// Take a backup that should have been deleted.
    #[arg(long)]
    pub accept_expired: bool,
    /// Give the node the host of the configuration in place of its own: apps, passkeys and pushes of the old name end.
    #[arg(long)]
    pub change_host: bool,
    /// Which node: its `data` must be empty.
    #[command(flatten)]
    pub at: At,
}

/// Certificates.
#[derive(Debug, Args)]
pub struct Tls {
    /// What to make.
    #[command(subcommand)]
    pub what: TlsWhat,
}

/// What to make.
#[derive(Debug, Subcommand)]
pub enum TlsWhat {
    /// A CA that can sign for one name only. Keep its folder offline.
    Ca(TlsOf),
    /// A server's certificate, signed by that CA.
    Server {
        /// For whom.
        #[command(flatten)]
        of: TlsOf,
        /// The CA's folder.
        #[arg(long)]
        ca: PathBuf,
    },
}

/// A saved report.
#[derive(Debug, Args)]
pub struct ReportOf {
    /// What to do with it.
    #[command(subcommand)]
    pub what: ReportWhat,
}

/// What to do with a saved report.
#[derive(Debug, Subcommand)]
pub enum ReportWhat {
    /// Say whether it is as the node signed it. Needs no node and no network.
    Check {
        /// The file, as the desk saved it.
        file: PathBuf,
        /// The public key that it must be signed with, as the node tells it at /api/report-key.
        #[arg(long)]
        key: Option<String>,
    },
}

/// For whom, and where to.
#[derive(Debug, Args)]
pub struct TlsOf {
    /// The name under which desks reach the node.
    #[arg(long)]
    pub host: String,
    /// The address too, where desks use it.
    #[arg(long)]
    pub address: Option<IpAddr>,
    /// The folder that takes the files.
    #[arg(long)]
    pub out: PathBuf,
}

/// How much to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// One commune: 30 teams, some 300 households.
    Commune,
    /// A whole province in one node: 1,600 teams. The devices of its first commune live. Mediation teams and models are
    /// not loaded yet.
    Province,
}

/// What the demo shows.
#[derive(Debug, Args)]
pub struct Demo {
    /// How much.
    #[arg(long, value_enum, default_value = "commune")]
    pub scale: Scale,
    /// The port for browsers.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// The port for devices.
    #[arg(long, default_value_t = 1883)]
    pub mqtt_port: u16,
    /// The folder of its data; kept between starts.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// Begin anew.
    #[arg(long)]
    pub fresh: bool,
    /// By how many hours local time is ahead of UTC: drills and ring tests are for the day only.
    #[arg(long, default_value_t = 7, allow_negative_numbers = true)]
    pub utc_offset_hours: i8,
    /// Fill the node, and let no device live.
    #[arg(long)]
    pub without_devices: bool,
    /// The port where its cameras speak.
    #[arg(long, default_value_t = 8554)]
    pub camera_port: u16,
    /// Simulate no cameras.
    #[arg(long)]
    pub without_cameras: bool,
}
