# Words that both apps use.
app-name = Liên Gia
close = Close
back = Back
cancel = Cancel
save = Save
done = Done
yes = Yes
no = No
try-again = Try again
loading = Loading…
more = Show more
details = Show details
nothing-yet = Nothing here yet.
required = Please fill this in.
reason = Reason
reason-hint = A few words, so that others understand why.
as-of = As of { $time }
check-answers = Check before sending

ago-now = just now
ago-seconds = { $n } s ago
ago-minutes = { $n } min ago
ago-hours = { $n } h ago
ago-days = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}

metres = { $n } m
homes-count = { $n ->
    [one] { $n } home
   *[other] { $n } homes
}
people-count = { $n ->
    [one] { $n } person
   *[other] { $n } people
}

trouble-unreachable = The server cannot be reached.
trouble-unreachable-do = Check the signal or Wi-Fi and try again.
trouble-unknown = This could not be done.
trouble-unknown-do = Please try again. If it still does not work, tell your team leader.
signed-out-here = This phone is signed out.

language = Language
theme = Screen colours
theme-auto = As the device
theme-light = Light
theme-dark = Dark

mode-live = Fire alarm
mode-drill = DRILL, NO FIRE

state-ok = Works
state-late = Signal is late
state-fault = No signal
state-never = Never heard from
state-none = None yet

link-connecting = Connecting…
link-connected = Connected
link-silent = Not connected

kind-home = Home
kind-school = School
kind-agency = Public office
kind-company = Company
kind-boat = Boat
kind-boarding-house = Lodging house

device-bell = Bell
device-button = Alarm button
device-detector = Smoke detector
device-combined = Button and bell

card-extinguisher = Bring the extinguisher
card-people-out = Get people out
card-gate = Open the gate, guide the truck
card-first-aid = First aid
card-power = Cut the power
card-call-114 = Call { $number }

role-household-member = Member
role-team-leader = Team leader
role-team-deputy = Deputy leader
role-duty-officer = Duty officer
role-mediator = Mediator
role-clerk = Registry clerk
role-analyst = Analyst
role-administrator = Administrator
role-auditor = Auditor

answer-delivered = Phone got it
answer-seen = Seen
answer-coming = Coming
answer-cannot = Cannot come
answer-safe = Safe
answer-arrived = Arrived
answer-none = No answer yet
