//! Where an alarm stands, and who may see what of it.

use super::{Api, tell::SOON};
use crate::{
    engine::{By, Event, Phase, Scope as StandsOn, State},
    problems::NO_ALARM,
    shown::{Names, Seen, Viewer, Whole, alarm::Alarm},
    views::AlarmRow,
};
use axum::Json;
use liengia_access::{Action, Caller, Permit, Role, Scope, Target};
use liengia_http::{Language, Problem};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, TeamId};
use std::{sync::PoisonError, time::Duration};

/// How long neighbours read an alarm that is over: long enough to talk about it, not for ever.
const NEIGHBOURS_LOOK_BACK: Duration = Duration::from_hours(30 * 24);

/// Where an alarm, drill or late press stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// The alarm: of a press that joined one, that one.
    pub alarm: AlarmId,
    pub team: Option<TeamId>,
    pub household: Option<HouseholdId>,
}

impl Api {
    /// Where this alarm, drill or press stands: from memory, and from the journal if it was over long ago.
    pub(super) async fn site(&self, id: AlarmId) -> Result<Site, Problem> {
        if let Some(site) = self.site_in_memory(id) {
            return Ok(site);
        }
        let row = AlarmRow::find(&self.kit.journal, id).await?;
        let row = row.ok_or_else(|| Problem::new(NO_ALARM))?;
        Ok(Site { alarm: id, team: row.team, household: row.household })
    }

    pub(super) fn site_in_memory(&self, id: AlarmId) -> Option<Site> {
        let waiting = self.alarms.look(|state| {
            let late = state.late_presses().find(|late| late.press.press == id);
            let late = late.map(|late| Site { alarm: id, team: late.team, household: late.press.household });
            late.or_else(|| {
                let drill = state.announced_drills().find(|drill| drill.drill == id)?;
                Some(Site { alarm: id, team: Some(drill.team), household: None })
            })
        });
        if waiting.is_some() {
            return waiting;
        }
        let alarm = self.alarms.alarm_of(id)?;
        let story = self.alarms.story(alarm)?;
        story.events.iter().rev().find_map(|event| match event {
            Event::Raised { stands_on, press, .. } => Some(site_of(alarm, *stands_on, press.household)),
            Event::Adopted { stands_on, own_home, .. } => Some(site_of(alarm, *stands_on, *own_home)),
            Event::LateAsked { facts, team, .. } => {
                Some(Site { alarm, team: *team, household: facts.household })
            }
            Event::DrillStarted { team, .. } | Event::DrillAnnounced { team, .. } => {
                Some(Site { alarm, team: Some(*team), household: None })
            }
            _ => None,
        })
    }

    /// Where a site stands in the tree. What stands nowhere is the business of whoever sits over the whole commune, and of
    /// whoever raised it from the place where they sit.
    pub(super) fn scope(&self, caller: &Caller, site: Site) -> Option<Scope> {
        let here = [site.team.map(Scope::Team), site.household.map(Scope::Household)];
        let known = here.into_iter().flatten().find(|scope| self.access.tree(|tree| tree.has(*scope)));
        let whole = || caller.wide_seats().into_iter().next();
        let raised = || Self::seat(caller).filter(|_| self.pressed(site.alarm, caller.person()));
        known.or_else(whole).or_else(raised)
    }

    /// The place where the caller sits: where a press stands for which they name neither home nor team.
    pub(super) fn seat(caller: &Caller) -> Option<Scope> {
        let seats = caller.grants().into_iter().map(|grant| grant.scope);
        seats.into_iter().find(|scope| matches!(scope, Scope::Place(_)))
    }

    /// Whether this person pressed it, as far as memory goes.
    fn pressed(&self, id: AlarmId, person: PersonId) -> bool {
        let by = Some(person);
        let late =
            |state: &State| state.late_presses().any(|late| late.press.press == id && late.press.by == by);
        let story = || self.alarms.story(id).map(|story| story.events).unwrap_or_default();
        self.alarms.look(late)
            || story().iter().any(|event| match event {
                Event::Raised { press, .. } | Event::Joined { press, .. } => press.by == by,
                Event::LateAsked { facts, .. } => facts.by == by,
                _ => false,
            })
    }

    /// What an action on this site is checked against.
    pub(super) fn target(&self, caller: &Caller, site: Site) -> Target {
        // Nobody reaches a household that is in no tree.
        let nowhere = || Target::household(HouseholdId::from_bytes([0; 16]));
        self.scope(caller, site).map_or_else(nowhere, Target::node)
    }

    /// Where this alarm stands, and that the caller may do this there.
    pub(super) async fn permit(
        &self,
        caller: &Caller,
        id: AlarmId,
        action: Action,
    ) -> Result<(Site, Permit), Problem> {
        let site = self.site(id).await?;
        let permit = caller.permit(action, self.target(caller, site))?;
        Ok((site, permit))
    }

    /// The caller, at the desk or as a neighbour.
    pub(super) fn by(&self, caller: &Caller, site: Site) -> By {
        By { person: caller.person(), desk: self.sits(caller, self.scope(caller, site)) }
    }

    /// Whether the caller sits at the desk that this belongs to.
    pub(super) fn sits(&self, caller: &Caller, scope: Option<Scope>) -> bool {
        let Some(scope) = scope else { return false };
        let grants = caller.grants();
        let mut desks = grants.iter().filter(|grant| grant.role == Role::DutyOfficer);
        desks.any(|grant| self.access.tree(|tree| tree.within(grant.scope, scope)))
    }

    fn viewer(&self, caller: &Caller, site: Site) -> Viewer {
        Viewer {
            person: caller.person(),
            household: caller.household(),
            leads: caller.may(Action::EscalateAlarm, self.target(caller, site)),
        }
    }

    /// Everything that is known of an alarm or drill that rang.
    pub(super) async fn whole(&self, id: AlarmId) -> Result<Whole, Problem> {
        let alarm = self.alarms.alarm_of(id).unwrap_or(id);
        if let Some(whole) = Whole::in_memory(&self.alarms, &self.directory, alarm) {
            return Ok(whole);
        }
        let row = AlarmRow::find(&self.kit.journal, alarm).await?;
        let number = row.and_then(|row| row.number);
        let whole = Whole::in_journal(&self.kit.journal, &self.directory, alarm, number).await?;
        whole.ok_or_else(|| Problem::new(NO_ALARM))
    }

    /// The alarm for this caller; none if they may not see it.
    pub(super) fn shown(&self, caller: &Caller, whole: &Whole) -> Option<Alarm> {
        let snapshot = &whole.snapshot;
        let site = Site { alarm: snapshot.alarm, team: snapshot.team, household: snapshot.origin };
        if !caller.may(Action::ReadAlarms, self.target(caller, site))
            || !self.may_look_back(caller, site, whole)
        {
            return None;
        }
        let viewer = self.viewer(caller, site);
        if whole.ending.is_none() && snapshot.phase == Phase::OwnHomeWarning && !viewer.leads {
            // For half a minute it is that home's own business.
            let own = |home: &crate::engine::HomeSnapshot| Some(home.household) == viewer.household;
            snapshot.households.iter().find(|home| home.burning && own(home))?;
        }
        let desk = self.sits(caller, self.scope(caller, site));
        let mine =
            self.alarms.look(|state| state.mine(snapshot.alarm, Some(viewer.person), viewer.household, desk));
        let help = self.help_for(caller, whole, viewer);
        let seen = Seen { viewer, mine, help };
        Some(self.named(caller.language(), |names| whole.shown(names, seen)))
    }

    /// Whether the caller may still read this alarm, if it is over.
    fn may_look_back(&self, caller: &Caller, site: Site, whole: &Whole) -> bool {
        let Some(ending) = &whole.ending else { return true };
        if self.alarms.now().wall.since(ending.at()) < NEIGHBOURS_LOOK_BACK {
            return true;
        }
        let burned = whole.snapshot.households.iter().filter(|home| home.burning).map(|home| home.household);
        let homes = burned.chain(site.household).map(Target::household);
        std::iter::once(self.target(caller, site))
            .chain(homes)
            .any(|target| caller.may(Action::ReadPastAlarms, target))
    }

    /// Makes something of the names in memory.
    pub(super) fn named<T>(&self, language: Language, make: impl FnOnce(&Names<'_>) -> T) -> T {
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let staff = self.memory.staff();
        make(&Names { directory: &directory, staff: &staff, language })
    }

    /// The answer to whatever was done to an alarm: the alarm as the caller sees it now. It is done at once, whatever the
    /// disk does; that it is recorded is said only where it is.
    pub(super) async fn answered(&self, caller: &Caller, id: AlarmId) -> Result<Json<Alarm>, Problem> {
        let written = self.alarms.settled(SOON).await;
        let whole = self.whole(id).await?;
        self.prepare(caller, &whole).await;
        let shown = self.shown(caller, &whole);
        let mut shown = shown.ok_or_else(|| Problem::new(liengia_access::NOT_ALLOWED))?;
        shown.recorded &= written;
        Ok(Json(shown))
    }

    /// The team and deputy roles of a person in the team that they belong to.
    pub(super) fn team_roles(team: &liengia_register::views::Team, person: PersonId) -> Vec<Role> {
        let mut roles = Vec::new();
        if team.leader == Some(person) {
            roles.push(Role::TeamLeader);
        }
        if team.deputy == Some(person) {
            roles.push(Role::TeamDeputy);
        }
        roles
    }
}

fn site_of(alarm: AlarmId, stands_on: StandsOn, household: Option<HouseholdId>) -> Site {
    let home = match stands_on {
        StandsOn::Home(home) => Some(home),
        StandsOn::Team(_) | StandsOn::Stray(_) => None,
    };
    Site { alarm, team: stands_on.team(), household: household.or(home) }
}
