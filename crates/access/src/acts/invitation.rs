//! One-time codes: for a household's phone, and for the owner of an account.

use super::Act;
use crate::{Access, AccessError, AccessEvent, Thing, cookie::Code};
use liengia_http::Problem;
use liengia_journal::{Commit, CommitError, Context, Draft, QueryError, Row, Statement, statement};
use liengia_kernel::{AccountId, HouseholdId, InvitationId, PersonId, Pii, SessionId, Timestamp};
use std::time::Duration;

/// Most hours for which a household's code is good.
pub const MAX_HOURS: u16 = 24 * 14;

/// How long the link of an account is good.
const LINK: Duration = Duration::from_hours(72);

/// Most open codes of one household.
const MAX_OPEN: u64 = 20;

const KEEP_CODE: &str = "INSERT INTO access_codes (commune, invitation, owner, code) VALUES ($1, $2, $3, $4) \
                         ON CONFLICT (commune, invitation) DO UPDATE SET code = excluded.code";
const DROP_CODE: &str = "DELETE FROM access_codes WHERE commune = $1 AND invitation = $2";
const OPEN_CODES: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM access_invitations WHERE commune = $1 AND household = $2 \
                          AND state = 'open' AND until > $3";
const BY_CODE: &str = "SELECT i.invitation, i.household, i.account, i.person, i.until, i.state, i.session, i.version \
                       FROM access_codes c JOIN access_invitations i ON i.commune = c.commune AND \
                       i.invitation = c.invitation WHERE c.commune = $1 AND c.code = $2";
const BY_ID: &str = "SELECT i.invitation, i.household, i.account, i.person, i.until, i.state, i.session, i.version \
                     FROM access_invitations i WHERE i.commune = $1 AND i.invitation = $2";

/// An invitation that was made. The code is told once and never stored.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Its id.
    pub invitation: InvitationId,
    /// The code.
    pub code: Pii<String>,
    /// The page that takes it.
    pub url: Pii<String>,
    /// When it is over.
    pub until: Timestamp,
}

/// An invitation as it is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenCode {
    pub(crate) invitation: InvitationId,
    pub(crate) household: Option<HouseholdId>,
    pub(crate) account: Option<AccountId>,
    pub(crate) person: Option<PersonId>,
    pub(crate) until: Timestamp,
    pub(crate) open: bool,
    pub(crate) session: Option<SessionId>,
    pub(crate) version: u64,
}

impl OpenCode {
    fn read(row: &Row) -> Result<Self, QueryError> {
        Ok(Self {
            invitation: row.parse(0)?,
            household: row.maybe(1, Row::parse)?,
            account: row.maybe(2, Row::parse)?,
            person: row.maybe(3, Row::parse)?,
            until: row.time(4)?,
            open: row.text(5)? == "open",
            session: row.maybe(6, Row::parse)?,
            version: row.count(7)?,
        })
    }

    /// The code, if it may still be used.
    pub(crate) fn usable(self, now: Timestamp) -> Result<Self, AccessError> {
        if self.open && now < self.until { Ok(self) } else { Err(AccessError::CodeGone) }
    }
}

impl Access {
    /// Makes a one-time code with which a phone joins a household; for one of its people, or for somebody new.
    ///
    /// Whoever joins with it has a session on that person's account, so it is never made for somebody of another home.
    pub async fn invite(
        &self,
        context: &Context,
        household: HouseholdId,
        person: Option<PersonId>,
        hours: u16,
    ) -> Result<Act<Invited>, Problem> {
        let (journal, now) = (self.journal(), self.now());
        let rows = journal.query(statement!(OPEN_CODES, journal.commune(), household, now)).await?;
        if rows.first().map(|row| row.count(0)).transpose().map_err(QueryError::from)? >= Some(MAX_OPEN) {
            return Err(AccessError::TooManyCodes.into());
        }
        if let Some(person) = person
            && !self.lives_in(person, household).await?
        {
            return Err(AccessError::LivesElsewhere.into());
        }
        let until = now + Duration::from_hours(1) * u32::from(hours.clamp(1, MAX_HOURS));
        let invitation = InvitationId::new(now, self.entropy());
        let event = AccessEvent::InvitationMade {
            invitation,
            household: Some(household),
            account: None,
            person,
            until,
        };
        let owner = person.map_or_else(|| household.to_string(), |person| person.to_string());
        let (told, keep) = self.code(invitation, "join", &owner, until);
        Ok(Act { commit: Commit::new(context.clone(), vec![Draft::of(&event)]).beside([keep]), told })
    }

    /// Whether somebody lives in this household, as the register says now.
    pub(crate) async fn lives_in(
        &self,
        person: PersonId,
        household: HouseholdId,
    ) -> Result<bool, QueryError> {
        Ok(self.0.config.directory.home_of(person).await? == Some(household))
    }

    /// Makes a one-time link with which the owner of an account gets in and sets a password or a passkey.
    pub fn link(&self, context: &Context, account: AccountId, person: PersonId) -> Act<Invited> {
        let (now, until) = (self.now(), self.now() + LINK);
        let invitation = InvitationId::new(now, self.entropy());
        let (account, person_too) = (Some(account), Some(person));
        let event =
            AccessEvent::InvitationMade { invitation, household: None, account, person: person_too, until };
        let (told, keep) = self.code(invitation, "welcome", &person.to_string(), until);
        Act { commit: Commit::new(context.clone(), vec![Draft::of(&event)]).beside([keep]), told }
    }

    /// A new code for an invitation that is still open: the one before it opens nothing any more.
    pub(crate) async fn another_code(&self, context: Context, id: InvitationId) -> Result<Invited, Problem> {
        let invitation = self.invitation(id).await?.usable(self.now())?;
        let page = if invitation.household.is_some() { "join" } else { "welcome" };
        let owner = match (invitation.person, invitation.household) {
            (Some(person), _) => person.to_string(),
            (None, household) => household.map(|household| household.to_string()).unwrap_or_default(),
        };
        let (told, keep) = self.code(id, page, &owner, invitation.until);
        self.journal().commit(Commit::new(context, Vec::new()).beside([keep])).await?;
        Ok(told)
    }

    fn code(
        &self,
        invitation: InvitationId,
        page: &str,
        owner: &str,
        until: Timestamp,
    ) -> (Invited, Statement) {
        let code = Code::new(self.entropy());
        let hash = code.hash();
        let url = format!("{}/{page}#{}", self.origin(), code.text());
        let told = Invited { invitation, code: Pii::new(code.text()), url: Pii::new(url), until };
        (told, statement!(KEEP_CODE, self.journal().commune(), invitation, owner, hash))
    }

    /// Takes a code back.
    pub fn revoke_invitation(&self, context: &Context, invitation: InvitationId) -> Act<()> {
        let event = AccessEvent::InvitationRevoked { invitation };
        let forget = statement!(DROP_CODE, self.journal().commune(), invitation);
        Act { commit: Commit::new(context.clone(), vec![Draft::of(&event)]).beside([forget]), told: () }
    }

    /// The invitation of this id.
    pub(crate) async fn invitation(&self, id: InvitationId) -> Result<OpenCode, Problem> {
        let journal = self.journal();
        let rows = journal.query(statement!(BY_ID, journal.commune(), id)).await?;
        let row = rows.first().ok_or(AccessError::NoSuch(Thing::Invitation))?;
        Ok(OpenCode::read(row)?)
    }

    /// The invitation behind a code as it was typed or scanned.
    pub(crate) async fn by_code(&self, code: &Pii<String>) -> Result<OpenCode, Problem> {
        let code = Code::read(code.expose().trim()).ok_or(AccessError::CodeGone)?;
        let journal = self.journal();
        let rows = journal.query(statement!(BY_CODE, journal.commune(), code.hash())).await?;
        Ok(OpenCode::read(rows.first().ok_or(AccessError::CodeGone)?)?)
    }
}

/// Whoever used the code first has it: a second one hears that it is gone.
pub(crate) fn used_meanwhile(error: CommitError) -> Problem {
    match error {
        CommitError::Conflict { .. } => AccessError::CodeGone.into(),
        other => other.into(),
    }
}
