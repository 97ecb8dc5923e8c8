//! The one table: which role may do what, how far from where it is held. What is not in it is denied.

use super::Role;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// How far a role reaches with an action, from where the role is held. Each reaches what the one before it does,
/// except that `Own` reaches things of the person and no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Reach {
    /// Nowhere.
    Nowhere,
    /// What is the person's own: sessions, passkeys.
    Own,
    /// Where the role is held, and all that stands in it.
    Here,
    /// The whole team of that household.
    Team,
    /// That team and the teams next door.
    Near,
    /// The whole village.
    Village,
    /// The whole commune.
    Commune,
    /// All that this node knows.
    Node,
}

#[rustfmt::skip]
mod short {
    use super::Reach;
    pub const NO: Reach = Reach::Nowhere;
    pub const OWN: Reach = Reach::Own;
    pub const HERE: Reach = Reach::Here;
    pub const TEAM: Reach = Reach::Team;
    pub const NEAR: Reach = Reach::Near;
    pub const VILL: Reach = Reach::Village;
    pub const COMM: Reach = Reach::Commune;
}

/// Writes [`Action`] and its [`TABLE`] from one list.
macro_rules! policy {
    ($( $(#[$doc:meta])* $action:ident : $($reach:ident)+ ; )+) => {
        /// What can be done: a closed list over all capabilities.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, Display, IntoStaticStr, VariantArray,
        )]
        #[strum(serialize_all = "snake_case")]
        pub enum Action {
            $( $(#[$doc])* $action, )+
        }

        /// A row for each action: how far each role reaches with it, in the order of [`Role`].
        pub const TABLE: &[(Action, [Reach; 9])] = &[
            $( (Action::$action, [$(short::$reach),+]), )+
        ];
    };
}

policy! {
    // ------------------------- member leader deputy officer mediator clerk analyst admin auditor

    /// Reads who is signed in.
    ReadSession:                 OWN    OWN    OWN    OWN     OWN      OWN   OWN     OWN   OWN;
    /// Signs out.
    SignOut:                     OWN    OWN    OWN    OWN     OWN      OWN   OWN     OWN   OWN;
    /// Lists, adds and removes the ways into one's own account: password, passkeys.
    KeepSignIn:                  OWN    OWN    OWN    OWN     OWN      OWN   OWN     OWN   OWN;
    /// Lists and closes sessions. Nobody of a household closes another member's: a landlord cannot cut a tenant off.
    CloseSession:                OWN    OWN    OWN    OWN     OWN      OWN   OWN     HERE  OWN;
    /// Makes, lists and revokes a household's one-time codes.
    Invite:                      NO     HERE   HERE   HERE    NO       HERE  NO      HERE  NO;
    /// Lists and ends the phones that joined for a household: a lost one. Nobody who lives there, except their own.
    KeepPhones:                  NO     HERE   HERE   HERE    NO       NO    NO      HERE  NO;
    /// Lists accounts and their roles.
    ReadAccounts:                NO     NO     NO     NO      NO       NO    NO      HERE  HERE;
    /// Adds and removes accounts, gives and takes roles, makes one-time links.
    KeepAccounts:                NO     NO     NO     NO      NO       NO    NO      HERE  NO;

    /// Reads the tree of places.
    ReadPlaces:                  COMM   COMM   COMM   COMM    COMM     COMM  COMM    COMM  COMM;
    /// Adds, renames and moves places.
    KeepPlaces:                  NO     NO     NO     NO      NO       HERE  NO      HERE  NO;
    /// Lists households.
    ReadHouseholds:              NO     HERE   HERE   HERE    NO       HERE  HERE    HERE  HERE;
    /// Reads one household with its people.
    ReadHousehold:               HERE   HERE   HERE   HERE    NO       HERE  NO      HERE  HERE;
    /// Reads, also outside an alarm, what is noted of a household's floors, doors and gas.
    ReadFloors:                  HERE   HERE   HERE   HERE    NO       HERE  NO      NO    NO;
    /// Adds and corrects households.
    KeepHouseholds:              NO     NO     NO     HERE    NO       HERE  NO      NO    NO;
    /// Moves a household to another team.
    MoveHousehold:               NO     NO     NO     HERE    NO       HERE  NO      NO    NO;
    /// Adds and corrects people.
    KeepPeople:                  NO     HERE   HERE   HERE    NO       HERE  NO      NO    NO;
    /// Erases a person.
    ErasePerson:                 NO     NO     NO     NO      NO       HERE  NO      HERE  NO;
    /// Writes the note on who needs help to get out, and reads it at any time: the household itself, nobody else.
    WriteHelp:                   HERE   NO     NO     NO      NO       NO    NO      NO    NO;
    /// Reads such notes while an alarm runs there or next door; every reading is told to the person.
    ReadHelp:                    HERE   HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Reads who read the notes of one's own household.
    ReadHelpReads:               HERE   NO     NO     NO      NO       NO    NO      NO    HERE;
    /// Lists teams.
    ReadTeams:                   TEAM   NEAR   NEAR   HERE    HERE     HERE  HERE    HERE  HERE;
    /// Reads who leads a team. Not whoever compares figures.
    ReadLeaders:                 TEAM   NEAR   NEAR   HERE    HERE     HERE  NO      HERE  HERE;
    /// Forms, corrects and dissolves teams; says which are next door.
    KeepTeams:                   NO     NO     NO     HERE    NO       HERE  NO      NO    NO;
    /// Names a team's leader and deputy.
    NameLeaders:                 NO     NO     NO     HERE    NO       HERE  NO      NO    NO;
    /// Reads what happened to one record.
    ReadHistory:                 NO     HERE   HERE   HERE    NO       HERE  NO      HERE  HERE;

    /// Raises an alarm for a household.
    PressAlarm:                  HERE   HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Reads alarms.
    ReadAlarms:                  NEAR   NEAR   NEAR   HERE    NO       NO    NO      NO    HERE;
    /// Reads alarms that were over long ago: of a household, its own.
    ReadPastAlarms:              HERE   NEAR   NEAR   HERE    NO       NO    NO      NO    HERE;
    /// Answers an alarm, takes a card, says what was seen, confirms the call, calls a false alarm.
    AnswerAlarm:                 NEAR   NEAR   NEAR   HERE    NO       NO    NO      NO    NO;
    /// Says that all of a household are out.
    CountOut:                    TEAM   NEAR   NEAR   HERE    NO       NO    NO      NO    NO;
    /// Calls more people.
    EscalateAlarm:               NO     HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Closes an alarm.
    CloseAlarm:                  NO     HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Writes a note into an alarm.
    NoteAlarm:                   NO     HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Reads the report after an alarm.
    ReadReport:                  NO     HERE   HERE   HERE    NO       HERE  HERE    NO    HERE;
    /// Sets a team's ladder: when whom an alarm is told. No setting silences a bell.
    KeepLadder:                  NO     HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Announces and cancels drills.
    KeepDrills:                  NO     HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Reads drills.
    ReadDrills:                  TEAM   HERE   HERE   HERE    NO       HERE  HERE    NO    HERE;
    /// Reads the devices of one home, to pair and replace them, and how they are.
    ReadDevices:                 HERE   HERE   HERE   HERE    NO       NO    NO      HERE  NO;
    /// Lists devices over homes, and by how they are: which homes are silent. The own home, who leads it and the desk.
    ReadSilence:                 HERE   HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Pairs, replaces and removes devices. Not a household's own members: a landlord cannot take a tenant's alarm away.
    KeepDevices:                 NO     HERE   HERE   HERE    NO       NO    NO      HERE  NO;
    /// Rings the bells for a test; of one's own home, anybody of it may.
    TestRing:                    HERE   HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Says whether the bell was heard.
    SayHeard:                    HERE   HERE   HERE   HERE    NO       NO    NO      NO    NO;
    /// Reads the public firefighting points.
    ReadPoints:                  COMM   COMM   COMM   HERE    COMM     HERE  HERE    HERE  HERE;
    /// Adds and corrects points.
    KeepPoints:                  NO     NO     NO     HERE    NO       HERE  NO      NO    NO;
    /// Reads the phone's first screen.
    ReadHome:                    HERE   HERE   HERE   NO      NO       NO    NO      NO    NO;
    /// Reads the desk's first screen: what burns, what is silent.
    ReadBoard:                   NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Reads the map.
    ReadMap:                     NO     HERE   HERE   HERE    NO       HERE  NO      NO    NO;
    /// Starts a shift and hands it over.
    KeepShift:                   NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Reads past shifts.
    ReadShifts:                  NO     NO     NO     HERE    NO       NO    NO      HERE  HERE;
    /// Lets this phone be woken by a push.
    SubscribePush:               OWN    OWN    OWN    OWN     OWN      OWN   OWN     OWN   OWN;
    /// Follows what happens, as far as one may read it.
    FollowEvents:                OWN    OWN    OWN    OWN     OWN      OWN   OWN     OWN   OWN;
    /// Reads the node's own health, dead letters, faults.
    ReadNode:                    NO     NO     NO     HERE    NO       NO    NO      HERE  HERE;
    /// Sends dead letters again, tries the feed for other warning systems out.
    KeepNode:                    NO     NO     NO     HERE    NO       NO    NO      HERE  NO;

    /// Reads which sites there are, what they are for and whom to ask.
    ReadSites:                   COMM   COMM   COMM   COMM    COMM     COMM  COMM    COMM  COMM;
    /// Opens, corrects and closes sites.
    KeepSites:                   NO     NO     NO     HERE    NO       NO    NO      HERE  NO;
    /// Reads cameras, how they are and what their owners allow. Of a household, its own.
    ReadCameras:                 HERE   NO     NO     HERE    NO       NO    NO      HERE  HERE;
    /// Puts cameras up, corrects them, takes them down, tries them out, sees to repairs.
    KeepCameras:                 NO     NO     NO     HERE    NO       NO    NO      HERE  NO;
    /// Looks at cameras, live and back in time, each time for a purpose.
    WatchCameras:                NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Looks at one's own camera, and says what it may be used for: the household itself, nobody for it.
    ShareCamera:                 HERE   NO     NO     NO      NO       NO    NO      NO    NO;
    /// Asks a household to turn its camera.
    AskToReaim:                  NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Reads who looked: of a household, at its own cameras.
    ReadLooks:                   HERE   NO     NO     NO      NO       NO    NO      NO    HERE;
    /// Enters what a village voted about its residents' viewing, agrees to it, ends it: two different people.
    KeepResidentsView:           NO     NO     NO     HERE    NO       NO    NO      HERE  NO;
    /// Looks live at public cameras of the own village that residents paid for, where it voted so: whoever has a home there.
    LookAsResident:              VILL   NO     NO     NO      NO       NO    NO      NO    NO;
    /// Closes a public camera to residents, the own home being in its picture: the household itself, nobody for it.
    ObjectToView:                HERE   NO     NO     NO      NO       NO    NO      NO    NO;
    /// Keeps footage longer, under a case number.
    HoldFootage:                 NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Reads what is kept longer, and what was handed out.
    ReadEvidence:                NO     NO     NO     HERE    NO       NO    NO      HERE  HERE;
    /// Asks for footage to be handed out, and fetches it.
    AskExport:                   NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Agrees that it is handed out, or does not: never whoever asked.
    DecideExport:                NO     NO     NO     HERE    NO       NO    NO      HERE  NO;
    /// Keeps the copy of an order of a court or prosecutor.
    KeepOrders:                  NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Asks that those concerned be told later who looked, and tells them sooner.
    AskDelay:                    NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Agrees to that, or does not: a second officer and the auditor, never whoever asked.
    DecideDelay:                 NO     NO     NO     HERE    NO       NO    NO      NO    HERE;
    /// Notes what a camera showed, and how it ended.
    NoteSighting:                NO     NO     NO     HERE    NO       NO    NO      NO    NO;
    /// Reads what cameras showed.
    ReadSightings:               NO     NO     NO     HERE    NO       NO    HERE    HERE  HERE;
}

impl Action {
    /// How far `role` reaches with this action.
    pub fn reach(self, role: Role) -> Reach {
        // The table is written from the list of actions, in its order.
        TABLE[self as usize].1[role as usize]
    }

    /// The word that stands as purpose in the journal.
    pub fn purpose(self) -> &'static str {
        self.into()
    }
}
