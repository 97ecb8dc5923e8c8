//! Narrowing a list to where somebody may look, in SQL.

use crate::rules::{Scope, Where};
use liengia_journal::Value;

/// The columns of a query that say where a row stands; name those that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns<'a> {
    /// The commune, as in every table.
    pub commune: &'a str,
    /// The place in which it stands.
    pub place: Option<&'a str>,
    /// Its team.
    pub team: Option<&'a str>,
    /// Its household.
    pub household: Option<&'a str>,
}

impl Where {
    /// A condition, in parentheses, that holds for the rows that stand within; its values are added to `values`, and its
    /// placeholders go on from there.
    pub fn condition(&self, columns: &Columns<'_>, values: &mut Vec<Value>) -> String {
        if self.everywhere {
            return "(1 = 1)".into();
        }
        let of = |kind: &str| {
            self.nodes.iter().filter(|node| node.kind() == kind).copied().collect::<Vec<Scope>>()
        };
        let alternatives = [
            in_places(columns, &of("place"), values),
            in_teams(columns, &of("team"), values),
            in_households(columns, &of("household"), values),
        ];
        let alternatives: Vec<_> = alternatives.into_iter().flatten().collect();
        if alternatives.is_empty() { "(1 = 0)".into() } else { format!("({})", alternatives.join(" OR ")) }
    }
}

fn list(nodes: &[Scope], values: &mut Vec<Value>) -> Option<String> {
    if nodes.is_empty() {
        return None;
    }
    let placeholders = nodes.iter().map(|node| {
        values.push(Value::Text(node.id()));
        format!("${}", values.len())
    });
    Some(placeholders.collect::<Vec<_>>().join(", "))
}

fn in_places(columns: &Columns<'_>, places: &[Scope], values: &mut Vec<Value>) -> Option<String> {
    columns.place.or(columns.household).or(columns.team)?;
    let (ids, commune) = (list(places, values)?, columns.commune);
    let below = format!("(SELECT place FROM access_above WHERE commune = {commune} AND above IN ({ids}))");
    Some(match (columns.place, columns.household, columns.team) {
        (Some(place), ..) => format!("{place} IN {below}"),
        (None, Some(household), _) => format!(
            "{household} IN (SELECT household FROM access_households WHERE commune = {commune} AND place IN {below})"
        ),
        (None, None, team) => {
            let team = team.unwrap_or_default();
            format!(
                "{team} IN (SELECT team FROM access_teams WHERE commune = {commune} AND place IN {below})"
            )
        }
    })
}

fn in_teams(columns: &Columns<'_>, teams: &[Scope], values: &mut Vec<Value>) -> Option<String> {
    let commune = columns.commune;
    match (columns.team, columns.household) {
        (Some(team), _) => Some(format!("{team} IN ({})", list(teams, values)?)),
        (None, Some(household)) => {
            let ids = list(teams, values)?;
            Some(format!(
                "{household} IN (SELECT household FROM access_households WHERE commune = {commune} AND team IN ({ids}))"
            ))
        }
        (None, None) => None,
    }
}

fn in_households(columns: &Columns<'_>, households: &[Scope], values: &mut Vec<Value>) -> Option<String> {
    let household = columns.household?;
    Some(format!("{household} IN ({})", list(households, values)?))
}
