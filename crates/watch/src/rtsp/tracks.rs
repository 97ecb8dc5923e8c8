//! The tracks of a presentation: what each is, what controls it, and on which way its packets come.
//!
//! Promises: no two tracks share a channel; packets come by UDP only where that was asked for, and there on no other way. It
//! never asks and never waits.

use super::{
    Flaw, Format, control,
    message::Message,
    sdp,
    stream::Channels,
    transport::{self, Ports},
};

/// The tracks, as far as they are known.
#[derive(Default)]
pub(super) struct Tracks {
    /// What each is.
    pub formats: Vec<Format>,
    /// What controls each.
    controls: Vec<String>,
    /// Of those that are set up over the connection.
    pub channels: Vec<Channels>,
    /// Where each is received by UDP; empty if they come over the connection.
    receivers: Vec<Ports>,
    /// Of those that are set up by UDP: from where they come, if that was told.
    senders: Vec<Option<Ports>>,
}

impl Tracks {
    /// They are to come by UDP to these ports; tracks beyond are left out.
    pub fn receive_at(&mut self, receivers: Vec<Ports>) {
        self.receivers = receivers;
    }

    /// Whether they come by UDP.
    pub const fn by_udp(&self) -> bool {
        !self.receivers.is_empty()
    }

    /// Reads the description that was asked for at `url`; the address that controls the whole.
    pub fn described(&mut self, message: &Message<'_>, url: &str, sound: bool) -> Result<String, Flaw> {
        if message.body.is_empty() {
            return Err(Flaw::Malformed("its answer to DESCRIBE has no Content-Length or no body"));
        }
        let said = (message.field("Content-Base"), message.field("Content-Location"));
        let base = control::base(said.0, said.1, url);
        let description = sdp::read(message.body, sound)?;
        let address = |control: Option<String>| {
            let address = control::address(&base, control.as_deref().unwrap_or_default());
            address.ok_or(Flaw::Malformed("an a=control of its description is no address"))
        };
        let most = if self.by_udp() { self.receivers.len() } else { usize::MAX };
        for track in description.tracks.into_iter().take(most) {
            self.controls.push(address(track.control)?);
            self.formats.push(track.format);
        }
        address(description.control)
    }

    /// What is asked of a track, and the field that asks it; none beyond the last.
    pub fn asked_for(&self, track: usize) -> Option<(&str, String)> {
        let control = self.controls.get(track)?;
        let field = if let Some(Ports { rtp, rtcp }) = self.receivers.get(track) {
            format!("Transport: RTP/AVP;unicast;client_port={rtp}-{rtcp}\r\n")
        } else {
            let Channels { rtp, rtcp } = channels_for(track);
            format!("Transport: RTP/AVP/TCP;unicast;interleaved={rtp}-{rtcp}\r\n")
        };
        Some((control, field))
    }

    /// The next track is set up, as its answer's Transport says.
    pub fn was_set_up(&mut self, track: usize, transport: Option<&str>) -> Result<(), Flaw> {
        if self.by_udp() {
            self.senders.push(transport::senders(transport)?);
            return Ok(());
        }
        let channels = transport::channels(transport, channels_for(track))?;
        if self.place(channels.rtp).is_some() || self.place(channels.rtcp).is_some() {
            return Err(Flaw::Malformed("its Transport gives two tracks the same channel"));
        }
        self.channels.push(channels);
        Ok(())
    }

    /// Which track a channel belongs to, and whether it is that for RTP.
    pub fn place(&self, channel: u8) -> Option<(usize, bool)> {
        let track = self.channels.iter().position(|of| of.rtp == channel || of.rtcp == channel)?;
        Some((track, self.channels.get(track)?.rtp == channel))
    }

    /// From where a track comes by UDP, if that was told.
    pub fn sender(&self, track: usize) -> Option<Ports> {
        self.senders.get(track).copied().flatten()
    }

    /// Whether any is set up.
    pub const fn any_set_up(&self) -> bool {
        !self.channels.is_empty() || !self.senders.is_empty()
    }

    /// None is set up any more.
    pub fn tear_down(&mut self) {
        self.channels.clear();
        self.senders.clear();
    }
}

/// The channels that are asked for: 0-1 for the first track, 2-3 for the second.
fn channels_for(track: usize) -> Channels {
    let rtp = u8::try_from(2 * track).unwrap_or(u8::MAX - 1);
    Channels { rtp, rtcp: rtp + 1 }
}
