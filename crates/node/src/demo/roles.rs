//! The people of the demo, and a link for each.

use crate::node::Node;
use anyhow::Context as _;
use liengia_access::{Act, NewAccount, rules};
use liengia_journal::{Actor, Context};
use liengia_kernel::{HouseholdId, PersonId, Pii};
use liengia_sim::sample::{Commune, Duty, Official};
use std::fmt::Write;

/// Each role has a host of its own, so that several can be open in one browser.
pub const HOSTS: [&str; 11] = [
    "household",
    "neighbour",
    "leader",
    "deputy",
    "officer",
    "relief",
    "mediator",
    "clerk",
    "analyst",
    "admin",
    "auditor",
];

/// A link for each role: they work once each, and a new start prints new ones.
pub async fn links(node: &Node, commune: &Commune, port: u16) -> anyhow::Result<String> {
    let mut page = String::new();
    let team = commune.teams.first().context("the sample has no team")?;
    let of = |home: usize| commune.members(team.id).nth(home).context("the team has too few homes");
    let (first, second) = (of(0)?, of(1)?);
    let home_of = |id: PersonId| {
        let home = commune.households.iter().find(|home| home.people.iter().any(|person| person.id == id));
        home.context("who leads lives nowhere")
    };
    let (leader, deputy) = (home_of(team.leader)?, home_of(team.deputy)?);
    let adult = |home: &liengia_sim::sample::Household| {
        let leads = [team.leader, team.deputy];
        home.people.iter().find(|person| person.adult && !leads.contains(&person.id)).map(|person| person.id)
    };
    let phones = [
        ("household", first.id, adult(first), "a household of the first team"),
        ("neighbour", second.id, adult(second), "their neighbours"),
        ("leader", leader.id, Some(team.leader), "the leader of that team"),
        ("deputy", deputy.id, Some(team.deputy), "who stands in for the leader"),
    ];
    for (host, household, person, says) in phones {
        let code = join(node, household, person).await?;
        line(&mut page, host, port, &format!("join:{}", code.expose()), says);
    }
    for (host, duty, nth, says) in [
        ("officer", Duty::DutyOfficer, 0, "the duty officer's desk"),
        ("relief", Duty::DutyOfficer, 1, "the officer who takes over"),
        ("mediator", Duty::Mediator, 0, "a mediator"),
        ("clerk", Duty::Clerk, 0, "the registry clerk"),
        ("analyst", Duty::Analyst, 0, "the analyst"),
        ("admin", Duty::Administrator, 0, "the administrator"),
        ("auditor", Duty::Auditor, 0, "the auditor"),
    ] {
        if let Some(official) = commune.officials.iter().filter(|official| official.duty == duty).nth(nth) {
            let code = welcome(node, official, host).await?;
            line(&mut page, host, port, &format!("welcome:{}", code.expose()), says);
        }
    }
    Ok(page)
}

fn line(page: &mut String, host: &str, port: u16, code: &str, says: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(page, "  {host:<10} http://{host}.localhost:{port}/demo#{code}   {says}");
}

fn context(node: &Node) -> Context {
    Context { actor: Actor::Node, purpose: "demo".into(), at: node.clock.now() }
}

async fn join(node: &Node, home: HouseholdId, person: Option<PersonId>) -> anyhow::Result<Pii<String>> {
    let invited = node.access.invite(&context(node), home, person, 1).await;
    let Act { commit, told } = invited.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    node.journal.commit(commit).await?;
    Ok(told.code)
}

async fn welcome(node: &Node, official: &Official, login: &str) -> anyhow::Result<Pii<String>> {
    if let Some(account) = node.access.account_of(official.id) {
        let Act { commit, told } = node.access.link(&context(node), account, official.id);
        node.journal.commit(commit).await?;
        return Ok(told.code);
    }
    let login = rules::login(&Pii::new(login.to_owned())).map_err(|error| anyhow::anyhow!("{error}"))?;
    let new =
        NewAccount { person: Some(official.id), name: Some(official.name.clone()), login, roles: Vec::new() };
    let added = node.access.add_account(&context(node), None, new).await;
    let Act { commit, told: (_, invited) } = added.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    node.journal.commit(commit).await?;
    Ok(invited.code)
}
