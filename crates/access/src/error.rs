//! What access refuses, and what the caller can do about it.

use crate::{
    Action,
    rules::{SHORTEST_PASSWORD, WeakPassword, WrongLogin, WrongRole},
};
use liengia_http::{BUSY, Class, Explain, FAILED, Field, Kind};
use std::time::Duration;

/// Declares the kinds of problems, and the list of all of them.
macro_rules! kinds {
    ($( $(#[$doc:meta])* $name:ident = $class:ident $code:literal; )+) => {
        $( $(#[$doc])* pub const $name: Kind = Kind::new(Class::$class, $code); )+
        /// All kinds of problems of access.
        pub const KINDS: &[Kind] = &[$($name),+];
    };
}

kinds! {
    /// Nobody is signed in.
    SIGNED_OUT = SignedOut "signed_out";
    /// The caller may not do this here.
    NOT_ALLOWED = NotAllowed "not_allowed";
    /// The phone bears its household's roles alone, and this changes what opens all others.
    SIGN_IN_FIRST = NotAllowed "sign_in_first";
    /// Login and password, or passkey, do not open any account.
    WRONG_SIGN_IN = SignedOut "wrong_sign_in";
    /// Too many tries; it says when to try again.
    TOO_MANY_TRIES = TooMany "too_many_tries";
    /// The session writes more than a hand could; it says when to go on.
    TOO_MANY_WRITES = TooMany "too_many_writes";
    /// The node is set up already.
    SET_UP_DONE = Gone "set_up_done";
    /// The set-up link is not the last one, or its time is over.
    SET_UP_LINK_GONE = Gone "set_up_link_gone";
    /// The code was used, taken back, is over, or never was.
    CODE_GONE = Gone "code_gone";
    /// Somebody has this login already.
    LOGIN_TAKEN = Conflict "login_taken";
    /// The login is not one.
    WRONG_LOGIN = Refused "wrong_login";
    /// The password is too weak.
    WEAK_PASSWORD = Refused "weak_password";
    /// The current password is another one.
    WRONG_PASSWORD = Refused "wrong_password";
    /// The role cannot be given or taken so.
    WRONG_ROLE = Refused "wrong_role";
    /// The last administrator stays.
    LAST_ADMINISTRATOR = Conflict "last_administrator";
    /// Nobody changes their own roles.
    OWN_ROLES = Conflict "own_roles";
    /// An auditor has no other role at the commune.
    AUDITOR_APART = Conflict "auditor_apart";
    /// There is no such account.
    NO_SUCH_ACCOUNT = NotFound "no_such_account";
    /// There is no such session.
    NO_SUCH_SESSION = NotFound "no_such_session";
    /// There is no such invitation.
    NO_SUCH_INVITATION = NotFound "no_such_invitation";
    /// There is no such passkey.
    NO_SUCH_PASSKEY = NotFound "no_such_passkey";
    /// The person has an account already.
    HAS_ACCOUNT = Conflict "has_account";
    /// More codes are open for this household than one may have.
    TOO_MANY_CODES = Conflict "too_many_codes";
    /// The person does not live in the household for which the code is.
    LIVES_ELSEWHERE = Refused "lives_elsewhere";
    /// More passkeys than one account may have.
    TOO_MANY_PASSKEYS = Conflict "too_many_passkeys";
    /// Without it, nothing would open the account any more.
    LAST_WAY_IN = Conflict "last_way_in";
    /// The passkey's answer does not hold.
    PASSKEY_REFUSED = Refused "passkey_refused";
    /// The passkey's question is over.
    QUESTION_GONE = Gone "question_gone";
    /// A name or label is empty or too long.
    WRONG_NAME = Refused "wrong_name";
}

/// Why access refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// There is no session, or it ended.
    #[error("nobody is signed in: sign in, or scan a code of your household")]
    SignedOut,
    /// No role of the caller reaches that far with this action.
    #[error("no role of the caller allows {0} here")]
    NotAllowed(Action),
    /// The phone joined by a code, and more hangs on its account than it bears.
    #[error("this phone joined by a code: sign in with the password or a passkey first")]
    SignInFirst,
    /// A handler asked for an action that its route does not declare: a mistake of ours.
    #[error("the route does not declare the action {0}")]
    Undeclared(Action),
    /// The login, the password or the passkey is wrong; nobody is told which.
    #[error("login and password do not fit: type them again, or ask an administrator for a new link")]
    WrongSignIn,
    /// Too many tries.
    #[error("too many tries: wait, or sign in from a browser that was used before")]
    TooManyTries {
        /// When to try again.
        wait: Duration,
    },
    /// One session writes more than a hand could.
    #[error("too many writes of one session: go on in a moment")]
    TooManyWrites {
        /// When to go on.
        wait: Duration,
    },
    /// Too many sign-ins are worked on.
    #[error("many sign in at this moment: try again")]
    ManySigningIn,
    /// An administrator is there already.
    #[error("the node is set up: sign in")]
    SetUpDone,
    /// The link is not the last one printed, or its day is over.
    #[error("this set-up link is over: print a new one at the node")]
    SetUpLinkGone,
    /// The code opens nothing (any more).
    #[error("this code was used or is over: ask for a new one")]
    CodeGone,
    /// Somebody has this login.
    #[error("somebody has this login: choose another")]
    LoginTaken,
    /// The login is not one.
    #[error(transparent)]
    Login(#[from] WrongLogin),
    /// The password is too weak.
    #[error(transparent)]
    Password(#[from] WeakPassword),
    /// The current password is another one.
    #[error("the current password is another one: type it again")]
    WrongPassword,
    /// The role cannot be given or taken so.
    #[error(transparent)]
    Role(#[from] WrongRole),
    /// There is no such thing, or the caller may not know that there is.
    #[error("there is no such {0}: look at the list again")]
    NoSuch(Thing),
    /// The person has an account.
    #[error("the person has an account already: give it roles")]
    HasAccount,
    /// More codes are open than one household may have.
    #[error("too many codes are open for this household: take one back first")]
    TooManyCodes,
    /// The person does not live in the household for which the code is.
    #[error("the person does not live in this household: choose one of its people, or nobody")]
    LivesElsewhere,
    /// More passkeys than one account may have.
    #[error("too many passkeys: remove one first")]
    TooManyPasskeys,
    /// Nothing would open the account any more.
    #[error("nothing else opens this account: add a password or another passkey first")]
    LastWayIn,
    /// The passkey's answer does not hold.
    #[error("the passkey's answer does not hold ({0}): try again")]
    PasskeyRefused(&'static str),
    /// The question was answered already, or too late.
    #[error("this question to a passkey is over: start again")]
    QuestionGone,
    /// A name or label is empty or too long.
    #[error("{0} has 1 to 120 letters")]
    WrongName(&'static str),
}

/// What was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Thing {
    /// An account.
    Account,
    /// A session.
    Session,
    /// An invitation.
    Invitation,
    /// A passkey.
    Passkey,
}

impl Explain for AccessError {
    fn kind(&self) -> Kind {
        match self {
            Self::SignedOut => SIGNED_OUT,
            Self::NotAllowed(_) => NOT_ALLOWED,
            Self::SignInFirst => SIGN_IN_FIRST,
            Self::Undeclared(_) => FAILED,
            Self::WrongSignIn => WRONG_SIGN_IN,
            Self::TooManyTries { .. } => TOO_MANY_TRIES,
            Self::TooManyWrites { .. } => TOO_MANY_WRITES,
            Self::ManySigningIn => BUSY,
            Self::SetUpDone => SET_UP_DONE,
            Self::SetUpLinkGone => SET_UP_LINK_GONE,
            Self::CodeGone => CODE_GONE,
            Self::LoginTaken => LOGIN_TAKEN,
            Self::Login(_) => WRONG_LOGIN,
            Self::Password(_) => WEAK_PASSWORD,
            Self::WrongPassword => WRONG_PASSWORD,
            Self::Role(WrongRole::LastAdministrator) => LAST_ADMINISTRATOR,
            Self::Role(WrongRole::OwnRoles) => OWN_ROLES,
            Self::Role(WrongRole::AuditorApart) => AUDITOR_APART,
            Self::Role(_) => WRONG_ROLE,
            Self::NoSuch(Thing::Account) => NO_SUCH_ACCOUNT,
            Self::NoSuch(Thing::Session) => NO_SUCH_SESSION,
            Self::NoSuch(Thing::Invitation) => NO_SUCH_INVITATION,
            Self::NoSuch(Thing::Passkey) => NO_SUCH_PASSKEY,
            Self::HasAccount => HAS_ACCOUNT,
            Self::TooManyCodes => TOO_MANY_CODES,
            Self::LivesElsewhere => LIVES_ELSEWHERE,
            Self::TooManyPasskeys => TOO_MANY_PASSKEYS,
            Self::LastWayIn => LAST_WAY_IN,
            Self::PasskeyRefused(_) => PASSKEY_REFUSED,
            Self::QuestionGone => QUESTION_GONE,
            Self::WrongName(_) => WRONG_NAME,
        }
    }

    fn fields(&self) -> Vec<Field> {
        let field = match self {
            Self::LoginTaken => Field::new("login", "taken"),
            Self::Login(_) => Field::new("login", "wrong_login"),
            Self::Password(WeakPassword::TooShort) => {
                Field::new("password", "password_short").with("least", SHORTEST_PASSWORD)
            }
            Self::Password(WeakPassword::TooLong) => Field::new("password", "password_long"),
            Self::Password(WeakPassword::TooPlain) => Field::new("password", "password_plain"),
            Self::Password(WeakPassword::HoldsLogin) => Field::new("password", "password_login"),
            Self::WrongPassword => Field::new("current", "wrong_value"),
            Self::LivesElsewhere => Field::new("person", "wrong_value"),
            Self::Role(WrongRole::DoesNotFit) => Field::new("scope", "role_elsewhere"),
            Self::Role(WrongRole::NoSuchScope) => Field::new("scope", "no_such_scope"),
            Self::Role(WrongRole::NotHeld) => Field::new("role", "role_not_held"),
            Self::WrongName(field) => {
                Field::new(*field, "wrong_length").with("least", 1_i64).with("most", 120_i64)
            }
            _ => return Vec::new(),
        };
        vec![field]
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyTries { wait } | Self::TooManyWrites { wait } => Some(*wait),
            Self::ManySigningIn => Some(Duration::from_secs(2)),
            _ => None,
        }
    }
}
