//! Adding, using and removing passkeys.

use super::{Credential, Registered, message::Asked, questions::Question, verify::PublicKey};
use crate::{
    Access, AccessError, AccessEvent, Act, Thing, Way,
    caller::Live,
    gate::Try,
    sessions::{Door, Opened},
};
use liengia_http::Problem;
use liengia_journal::{Commit, Context, Draft, QueryError, Row, Statement, statement};
use liengia_kernel::{AccountId, PasskeyId, PersonId, Pii};
use std::net::IpAddr;

/// Most passkeys of one account.
pub(crate) const MAX_PASSKEYS: usize = 20;

const THEIRS: &str =
    "SELECT credential FROM access_keys WHERE commune = $1 AND account = $2 ORDER BY passkey";
const BY_CREDENTIAL: &str = "SELECT passkey, account, person, public_key, algorithm, counter FROM access_keys \
                             WHERE commune = $1 AND credential = $2";
const KEEP: &str = "INSERT INTO access_keys (commune, passkey, person, account, credential, public_key, algorithm, \
                    counter, label, used) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const COUNT: &str = "UPDATE access_keys SET counter = $3, used = $4 WHERE commune = $1 AND passkey = $2";
const DROP: &str = "DELETE FROM access_keys WHERE commune = $1 AND passkey = $2";

/// A passkey as it is stored.
struct Stored {
    passkey: PasskeyId,
    account: AccountId,
    person: PersonId,
    key: PublicKey,
    counter: u32,
}

impl Stored {
    fn read(row: &Row) -> Result<Self, QueryError> {
        Ok(Self {
            passkey: row.parse(0)?,
            account: row.parse(1)?,
            person: row.parse(2)?,
            key: PublicKey { bytes: row.bytes(3)?.to_vec(), algorithm: row.int(4)? },
            counter: u32::try_from(row.count(5)?).unwrap_or(u32::MAX),
        })
    }
}

impl Access {
    /// The credentials of an account, for the authenticator to leave out.
    pub(crate) async fn credentials(&self, account: AccountId) -> Result<Vec<Vec<u8>>, QueryError> {
        let journal = self.journal();
        let rows = journal.query(statement!(THEIRS, journal.commune(), account)).await?;
        rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
    }

    /// Reads a new passkey out of the answer to this question.
    pub(crate) fn new_passkey(question: &Question, answer: &Credential) -> Result<Registered, AccessError> {
        answer.registered(&Asked { challenge: &question.challenge, origin: &question.origin })
    }

    /// Adds a passkey to an account.
    pub(crate) async fn add_passkey(
        &self,
        context: &Context,
        (account, person): (AccountId, PersonId),
        new: &Registered,
        label: &Pii<String>,
    ) -> Result<Act<PasskeyId>, Problem> {
        if self.credentials(account).await?.len() >= MAX_PASSKEYS {
            return Err(AccessError::TooManyPasskeys.into());
        }
        if self.passkey(&new.id).await?.is_some() {
            return Err(AccessError::PasskeyRefused("it is there already").into());
        }
        let (now, commune) = (self.now(), self.journal().commune());
        let passkey = PasskeyId::new(now, self.entropy());
        let added = Draft::of(&AccessEvent::PasskeyAdded { passkey, account });
        let (id, key) = (new.id.as_slice(), new.key.bytes.as_slice());
        let (algorithm, counter, label) = (new.key.algorithm, new.counter, label.expose());
        let keep =
            statement!(KEEP, commune, passkey, person, account, id, key, algorithm, counter, label, now);
        Ok(Act { commit: Commit::new(context.clone(), vec![added]).beside([keep]), told: passkey })
    }

    /// Removes a passkey, unless nothing else opens the account. Where the caller bears all of its roles, the sessions that
    /// passkeys opened end, and phones bear their household's roles alone again, but for the caller. Held together with
    /// the commit by [`crate::access::Inner::logins`].
    pub(crate) async fn remove_passkey(
        &self,
        context: &Context,
        caller: &Live,
        passkey: PasskeyId,
    ) -> Result<Act<()>, Problem> {
        let account = caller.session.account;
        let mine = self.passkeys_of(account).await?;
        if !mine.contains(&passkey) {
            return Err(AccessError::NoSuch(Thing::Passkey).into());
        }
        let login = self.login_of(account).await?;
        let staff = login.is_some();
        let has_password = login.is_some_and(|login| login.password.is_some());
        if staff && !has_password && mine.len() == 1 {
            return Err(AccessError::LastWayIn.into());
        }
        let removed = Draft::of(&AccessEvent::PasskeyRemoved { passkey, account });
        let drop = statement!(DROP, self.journal().commune(), passkey);
        // A phone that a household's code let in does not end what its owner opened.
        let ends = caller.session.bears_all(context.at);
        let ended = ends.then(|| self.ending_passkeys(account, Some(caller.id)));
        let (ended, rows) = ended.unwrap_or_default();
        let drafts = std::iter::once(removed).chain(ended).collect();
        Ok(Act { commit: Commit::new(context.clone(), drafts).beside([drop]).beside(rows), told: () })
    }

    async fn passkeys_of(&self, account: AccountId) -> Result<Vec<PasskeyId>, QueryError> {
        const MINE: &str = "SELECT passkey FROM access_passkeys WHERE commune = $1 AND account = $2";
        let journal = self.journal();
        let rows = journal.query(statement!(MINE, journal.commune(), account)).await?;
        Ok(rows.iter().map(|row| row.parse(0)).collect::<Result<_, _>>()?)
    }

    /// Removes all passkeys of an account: drafts, and the vault's rows.
    pub(crate) async fn forgetting_passkeys(
        &self,
        account: AccountId,
    ) -> Result<(Vec<Draft>, Vec<Statement>), QueryError> {
        let all = self.passkeys_of(account).await?;
        let remove =
            |passkey: &PasskeyId| Draft::of(&AccessEvent::PasskeyRemoved { passkey: *passkey, account });
        let drop = |passkey: &PasskeyId| statement!(DROP, self.journal().commune(), *passkey);
        Ok((all.iter().map(remove).collect(), all.iter().map(drop).collect()))
    }

    async fn passkey(&self, credential: &[u8]) -> Result<Option<Stored>, Problem> {
        let journal = self.journal();
        let rows = journal.query(statement!(BY_CREDENTIAL, journal.commune(), credential)).await?;
        Ok(rows.first().map(Stored::read).transpose()?)
    }

    /// Signs in with a passkey's answer.
    pub(crate) async fn sign_in_with_passkey(
        &self,
        id: &str,
        answer: &Credential,
        door: &Door,
        address: IpAddr,
    ) -> Result<Opened, Problem> {
        let tried = Try::Unguessable { address };
        self.0.gate.pass(&tried)?;
        // No passkey goes between the look at it and the session that it opens.
        let _logins = self.0.logins.lock().await;
        let stored = self.answered(id, answer).await;
        let (stored, counter) = stored.inspect_err(|_| self.0.gate.was_wrong())?;
        self.0.gate.succeeded(&tried);
        let commit = Commit::new(self.at_the_door(stored.person, "sign_in"), Vec::new());
        let count = statement!(COUNT, self.journal().commune(), stored.passkey, counter, self.now());
        let opening = self.opening(stored.account, stored.person, Way::Passkey, door);
        self.open_door(opening, commit.beside([count])).await
    }

    /// The passkey that gave this answer, and its counter now. Whatever is wrong with it, the answer is the same.
    async fn answered(&self, id: &str, answer: &Credential) -> Result<(Stored, u32), Problem> {
        let question = self.0.questions.take(id, self.now())?;
        if question.account.is_some() {
            return Err(AccessError::QuestionGone.into());
        }
        let answered =
            answer.answered(&Asked { challenge: &question.challenge, origin: &question.origin })?;
        let stored = self.passkey(&answered.id).await?.ok_or(AccessError::WrongSignIn)?;
        // A passkey that any browser finds by itself says whose it is; it must say so truly.
        let owner = answered.owner.as_deref() == Some(stored.account.as_bytes().as_slice());
        if !owner || !answered.signed_by(&stored.key) {
            return Err(AccessError::WrongSignIn.into());
        }
        let counts = answered.counter > 0 || stored.counter > 0;
        if counts && answered.counter <= stored.counter {
            tracing::warn!(passkey = %stored.passkey, "a passkey counted backwards: somebody may have copied it");
            return Err(AccessError::WrongSignIn.into());
        }
        let counter = answered.counter;
        Ok((stored, counter))
    }
}
