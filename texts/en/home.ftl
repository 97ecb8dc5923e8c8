# The phone app.
# Places
places = Main places
nav-home = Home
nav-team = Team
nav-me = My home

# FIRE
fire = FIRE
fire-hold = hold for 1 second
fire-how = Hold for 1 second to send at once. A short touch or the keyboard counts down 5 seconds, then sends.
count-title = The whole team will be alerted
count-left = { $n } seconds left
count-now = Send now
count-cancel = Cancel, no fire
press-sending = Sending…
press-received = Received at { $time }
press-over = The alarm is over.
press-not-sent = NOT SENT. CALL { $number } NOW
press-trying = This phone keeps trying.
press-run = Shout to your neighbours.
press-try-now = Try again now
press-ask = Still burning?
press-ask-why = FIRE was pressed here at { $time }, but there was no connection, so nobody knows yet.
press-ask-yes = Yes, still burning
press-ask-no = No, it is over
press-not-recorded = Ringing, but not yet recorded.
call-number = Call { $number }

# An alarm
alarm-word = FIRE!
alarm-title = FIRE: { $place }
alarm-own-home = Fire alarm in your home
alarm-away = { $n } m away
alarm-silent = No connection to the server. What you see is as of { $time }.
alarm-touch-for-sound = Touch here for sound
alarm-floors = Inside: { $notes }
alarm-false-said = { $who } says there is no fire.
alarm-looked = { $fire } see fire, { $none } see none.
alarm-false-until = Bells go on until someone has looked and the leader ends it.
alarm-answer-waits = Your answer is not sent yet. This phone keeps trying.
alarm-you-said = You answered: { $answer }
alarm-change = Change answer
alarm-mute = Silence this phone
alarm-aside = Back to the first screen
alarm-aside-fire = My home burns too: to the FIRE button
alarm-number = Incident { $n }

# The one question
ask-can-you-come = Can you come and help?
say-coming = I am coming
say-cannot = I cannot come
say-safe = I am safe
say-arrived = I have arrived
ask-your-card = Your task
card-accept = I will do it
card-decline = I cannot do it
ask-arrived = Press when you are there
ask-arrived-safe = Stay out of the smoke. Do not enter the burning house.
ask-look = What do you see?
ask-look-safe = Look from outside. Do not go into smoke.
look-fire = There is a fire
look-no-fire = There is no fire
look-not-from-here = I cannot see it from here
card-extinguisher-how = Only for a small fire, with an exit behind you. Never go into smoke.
card-people-out-how = Shout, knock, meet people outside the door. Never go into smoke.
card-gate-how = Open the gate, clear the way, meet the fire truck at the entrance of the alley.
card-first-aid-how = Wait in a safe place away from smoke. Burns: cool running water for 20 minutes.
card-power-how = Only with dry hands, on dry ground and free of smoke.
card-call-114-how = Say the address, what burns, who is still inside. Let them hang up first.
ask-confirm-114 = Did { $number } answer?
ask-confirm-114-yes = Yes, { $number } knows
ask-confirm-114-no = Not yet
not-called = { $number } NOT CALLED YET
called-by = { $who } called { $number } at { $time }
drill-called = Drill: as if { $number } was called
drill-real-fire = This is a drill. If there is a real fire: first screen, press FIRE.

# Getting out
out-burning = Get out now!
out-next-door = Fire next door. Get out now!
out-how = Call everyone. Stay low under smoke. Close doors behind you. Do not go back for things.
out-all = All { $n } are out
out-other = Another number
out-some = { $n } are out
out-count = How many are out
out-away = Not here today
out-too-many = That is more than the { $n } who are known here. Is it right?
out-missing = { $n ->
    [one] { $n } person is missing!
   *[other] { $n } people are missing!
}
out-missing-do = Do not go back in. Tell { $number } and the helpers: who, and in which room.
out-fewer = One fewer
out-more = One more
warning-ask = Your smoke detector sounds. Is there a fire?
warning-left = Without an answer the whole team is alerted in { $n } s.
warning-soon = Without an answer the whole team is alerted.
warning-fire = Fire, alert everyone now
warning-no-fire = No fire (cooking, incense)
warning-elsewhere = Smoke detector: the home is asked first

# Who is coming, who is out
who-coming = { $n ->
    [0] Nobody is coming yet
    [one] { $n } person is coming
   *[other] { $n } people are coming
}
who-arrived = { $n } already there
card-state-offered = asked
card-state-accepted = on the way
card-state-arrived = is there
card-state-declined = cannot
ways-in = The way to homes nearby, and what is inside
help-needed = Someone needs help to get out
points-near = Nearest fire points
roll-call = Roll-call of homes
roll-missing = { $n ->
    [one] { $n } home not accounted for
   *[other] { $n } homes not accounted for
}
roll-complete = All homes accounted for
roll-how = Touch a home to say how many are out.
roll-for = Roll-call: { $home }
roll-people = { $n } must be out or known to be away.
home-burning = Burning
home-burning-drill = Pretend fire
home-out = { $n } out
home-silent = No signal
false-alarm = False alarm, no fire
false-alarm-sure = Are you sure there is no fire?
false-alarm-what = { $n ->
    [one] { $n } home will be told that there is no fire. Bells go on until someone has looked and the leader ends it.
   *[other] All { $n } homes will be told that there is no fire. Bells go on until someone has looked and the leader ends it.
}
false-alarm-yes = Yes, there is no fire
close-alarm = End the alarm

# How this home stands
ready-ok = Ready
ready-late = Needs a look
ready-fault = Not connected
ready-unknown = No bell yet
silent-since = The server has been silent since { $time }.
silent-never = This phone has not reached the server yet.
silent-do = FIRE still works and is sent as soon as there is a connection. In a fire: call { $number } and shout.
drill-next = Drill: { $time }

### later: what quiet screens say, fetched when somebody goes there

closed-title = The alarm is over
closed-drill = The drill is over
closed-by = Ended by
closed-looked = Looked on the spot
closed-thanks = Thank you, neighbours.
choose = Choose…
saved = Saved.
close-who-looked = Who looked on the spot?
close-who-hint = Somebody else than who ends it.
close-saw-fire = { $name }: there is a fire
close-saw-none = { $name }: there is no fire
close-nobody = Nobody has said what they saw yet. Ask somebody on site to touch “There is a fire” or “There is no fire” on their phone.
close-why = Why does it end?
close-words = More words (optional)
close-reason-out = The fire is out
close-reason-false = False alarm
close-reason-cooking = Cooking or incense smoke
close-reason-fault = Faulty device
close-reason-brigade = The fire service has taken over
close-reason-other = Another reason
close-what = { $n ->
    [one] The bell in { $n } home stops. Everyone is told that the alarm is over. What happened is kept on record.
   *[other] The bells in { $n } homes stop. Everyone is told that the alarm is over. What happened is kept on record.
}
close-yes = End it and stop the bells

# Am I connected
connection = Alarm connection
conn-siren = Bell in the home
conn-siren-ok = The bell gives its signal.
conn-siren-late = The bell's signal is late. Check power and Wi-Fi.
conn-siren-fault = No signal from the bell. Check power and Wi-Fi, then tell your leader.
conn-siren-none = No bell yet. Ask your team leader for one.
conn-phone = This phone
conn-phone-ok = Connected
conn-phone-silent = Not connected
conn-heard = Signal { $ago }
conn-push = Alert when the app is closed
conn-push-on = On
conn-push-off = Off
conn-push-unsupported = Not possible here
conn-push-refused = Blocked
conn-push-failed = Does not work
conn-push-on-do = Alarms appear even when the app is closed. At night a bell is still needed.
conn-push-off-do = Turn it on so that alarms appear when the app is closed.
conn-push-unsupported-do = This browser cannot alert when closed. Keep the app open and rely on the bell.
conn-push-refused-do = Notifications are blocked. Allow them in the phone's settings.
conn-push-failed-do = Alerts do not reach this phone. Please turn them on again.
conn-rang = Bell last heard ringing
conn-rang-never = Never heard yet
conn-rang-ok-word = Works
conn-rang-due-word = Time for a ring test
conn-rang-never-word = Needs a ring test
push-on = Turn alerts on
push-off = Turn alerts off
ring-what = Your bell rings for a few seconds. No other home rings.
ring-now = Test my bell
ring-test = Ring test, no fire
ring-ask = Did you hear the bell?
ring-ask-why = The bell in your home was just rung as a test.
ring-yes = Yes, I heard it
ring-no = No, I did not
ring-later = Answer later
ring-thanks = Thank you. The bell is noted as heard.
ring-told = Your leader is told that the bell was not heard.

# Joining
signed-out-title = This phone has not joined yet
signed-out-how = Ask your team leader for your home's QR code and scan it with the phone's camera.
signed-out-code = Or type the invitation code
signed-out-go = Continue
join-title = Join your fire team
join-what = This phone will get the team's alarms and can raise one with a single button.
join-label = A name for this phone
join-label-hint = For example: Mother's phone. People of your home see it.
join-label-default = Family phone
join-go = Join
join-done = Joined: { $home }
join-wake = Alert you when the app is closed?
join-wake-why = The phone will ask about notifications. Choose Allow.
join-wake-yes = Yes, alert me
join-wake-no = Later
join-hear = Hear the alarm once
join-hear-why = Three pulses, a pause, and again. This sound means fire. Keep the volume up.
join-hear-play = Play for 4 seconds
join-finish = Done, open the app

# My team
team-none = Your home is in no team yet
team-none-do = Ask the commune police or a leader nearby.
team-members = Homes in the team: { $n }
team-role = { $role }: { $name }
lead-title = For the leader
lead-homes = Homes and their signal
lead-silent = { $n ->
    [one] { $n } home without signal
   *[other] { $n } homes without signal
}
lead-silent-none = No home without signal
lead-invite = Invite by QR code
lead-ring = Ring test of the team
lead-drill = Drill
lead-private = Only the leader and the duty desk see this list. Please do not photograph or share it.
signal-ok = Signal
signal-late = Signal is late
signal-silent = No signal
signal-never = Never connected
invite-which = Which home?
invite-whose = Whose phone is it?
invite-anybody = Somebody who is not on the list
invite-anybody-what = This phone gets alarms, and is given no task in them.
invite-other-person = Choose another person
invite-what = The code works once and expires after 24 hours.
invite-make = Make the QR code
invite-other = Choose another home
invite-show = Someone of that home scans this with the phone's camera.
invite-qr = QR code for joining
invite-until = Valid until { $time }
invite-take-back = Cancel this code
invite-taken-back = The code is cancelled.
lead-ring-what = { $n ->
    [one] The bell of { $n } home rings for a few seconds; then it is asked whether it was heard. Tell people first and avoid sleeping hours.
   *[other] The bells of { $n } homes ring for a few seconds; then each is asked whether it was heard. Tell people first and avoid sleeping hours.
}
lead-ring-yes = Ring now
lead-ring-done = { $n ->
    [one] { $n } bell was rung.
   *[other] { $n } bells were rung.
}
drill-rules = Drills are between 7:00 and 20:00 and announced at least a day ahead. Every screen says DRILL.
drill-day = Day
drill-time = Time
drill-words = A word to the neighbours (optional)
drill-words-hint = For example: meet at the entrance of alley 12.
drill-what = { $team } will hold a drill at { $time }. Every home is told now.
drill-what-real = If a real fire breaks out, the real alarm rings and the drill stops.
drill-yes = Announce the drill
drill-announced = The drill is announced.
drill-list = Drills
install-how = To open it fast: in the browser's menu choose “Add to Home screen”.
drill-start = Start
drill-end = End
drill-call-off = Call off
drill-state-announced = Coming up
drill-state-running = Running
drill-state-done = Done
drill-state-cancelled = Called off

# My home
me-home = In the home
me-people = People
me-devices = Bells and buttons
me-phones = Phones that joined
me-this-phone = This phone
install = Put on the phone's home screen
sign-out = Sign this phone out
sign-out-sure = Sign this phone out?
sign-out-what = This phone can no longer raise or get alarms. Joining again needs a new QR code.
sign-out-yes = Sign out
sign-out-no = Stay
people-why = In a fire it must be known how many have to be outside.
people-usually = { $n ->
    [one] { $n } person is usually here.
   *[other] { $n } people are usually here.
}
people-keep = To add or correct people, ask your team leader.
people-none = Nobody written down yet.
person-add = Add a person
person-edit = Correct details
person-name = Name
person-phone = Phone number (optional)
person-adult = 18 or older
person-child = Under 18
person-help = Needs help to get out
person-can-respond = Willing to help in a fire
person-can-respond-hint = Only once the own home is safe.
person-skills = Trained for
person-tenant = Tenant
skill-extinguisher = Using an extinguisher
skill-first-aid = First aid
skill-people-out = Getting people out
skill-power = Cutting the power
skill-gate = Opening the gate, guiding the truck
help-title = Help to get out
help-there = Written down
help-not-there = Not written down
help-what = Voluntary. Your own home can read it. Responders and the duty desk can, too, but only while an alarm runs here or next door. Every reading is listed below.
help-note = What help?
help-note-hint = For example: in bed, floor 2, back room.
help-there-now = A note is there.
help-see = See and change it
help-save = Save the note
help-remove = Delete the note
help-removed = The note is deleted.
help-reads = Who read it
help-read-alarm = during an alarm
help-read-other = in your own home
help-reads-none = Nobody so far.
phones-why = Sign out phones that are no longer used.
phones-alone = You see this phone alone here. If another phone of yours is lost, tell your team's leader or the duty officer, who signs it out.
phones-seen = Used { $ago }, joined { $date }
phones-this = This one
phones-end = Sign out
phones-end-for = Sign out: { $label }
phones-none = No phone has joined yet.
phones-sure = Sign out “{ $label }”?
phones-what = That phone can no longer raise or get alarms.
phones-ended = “{ $label }” is signed out.
devices-none = No bell or button yet
devices-none-do = Ask your team leader.
device-battery = Battery { $n } %
device-battery-low = Battery low
device-tamper = Cover opened
device-rang = Heard on { $date }

# My camera
cam = My camera
cam-none = No camera of your home here yet
cam-none-do = To connect a camera of yours, ask the commune police.
cam-is-shared = Shared
cam-is-paused = Paused
cam-is-off = Not shared
cam-is-over = Sharing has ended
cam-is-held = Shared, but nobody can look yet
cam-nobody = Nobody outside your home can look, and nothing is recorded.
cam-held-what = Part of the picture is marked as private. This camera cannot blacken it by itself, so nobody outside your home can look and nothing is recorded.
cam-held-do = Look at the picture and decide
cam-says = { $way ->
    [live] The commune police's duty desk may look live
    [recorded] The commune police's duty desk may look at what was recorded
   *[both] The commune police's duty desk may look live and at what was recorded
}{ $when ->
    [alarms] , only while an alarm is open nearby.
   *[always] .
}
cam-says-for = Only for: { $purposes }.
cam-says-hours = From { $from } to { $to } every day
cam-says-until = Until the end of { $date }
cam-says-open = Until you stop sharing
cam-since = Allowed since { $date }
cam-kept = Recorded day and night, kept { $n } hours, then deleted
cam-kept-some = Recorded day and night, deleted when its time is over
cam-pause = Pause
cam-pause-what = At once: nobody can look and nothing is recorded.
cam-resume = Resume
cam-resume-what = What you allowed before holds again.
cam-resume-nothing = You have allowed nothing: nobody can look after this, either.
cam-share = Share the camera
cam-share-again = Share again
cam-share-what = Sharing is up to you. You choose for what, when, and until when.
cam-change = Change what you allowed
cam-broken = No picture from the camera since { $time }. Check its power and network.
cam-end = Stop sharing
cam-end-sure = Stop sharing the camera?
cam-end-what = Whoever is looking is cut off at once. Nothing more is recorded. What is recorded is deleted when its time is over. You can share again at any time.
cam-end-yes = Stop sharing now
cam-end-no = Leave it as it is
cam-ended = Sharing has stopped.
cam-asked = You are asked to turn the camera
cam-asked-why = Why: { $reason }
cam-asked-what = Asked at { $time }. It is up to you; saying no has no consequence.
cam-turned = I turned it
cam-not-turned = No, thank you
cam-turned-thanks = Thank you. The duty desk is told.
cam-not-turned-thanks = The duty desk is told that you leave it as it is.
cam-step = Question { $n } of { $all }
cam-step-back = Previous question
cam-next = Continue
cam-ask-purposes = What may it be used for?
cam-ask-way = How may they look?
cam-ask-alarms = Only during alarms?
cam-ask-hours = At what hours?
cam-ask-until = Until when?
cam-ask-check = Check before you give it
cam-purposes-how = Choose what you agree to. For whatever you do not choose, nobody may look.
cam-purposes-one = Choose at least one. If you do not want to share, go back.
cam-for-duty-watch = Everyday watch by the duty desk
cam-for-duty-watch-what = Whoever is on duty sees whether all is well outside.
cam-for-alarm = Fire alarm
cam-for-alarm-what = Only during a real alarm, at most 300 m from the camera.
cam-for-accident = Accident, somebody in danger
cam-for-accident-what = To see what happened and send help.
cam-for-missing-person = Missing person
cam-for-missing-person-what = For example a child or an old person who is lost. No machine searches by face.
cam-for-offence = Looking into an offence
cam-for-offence-what = For example a stolen motorbike. Each look needs the number of a case.
cam-way-live = Live only
cam-way-live-what = Nothing is recorded
cam-way-recorded = Recorded only
cam-way-both = Live and recorded
cam-only-alarms = Only during alarms
cam-only-alarms-what = A real alarm, at most 300 m from the camera
cam-also-otherwise = Also when there is no alarm
cam-also-otherwise-what = Each look still has to name its reason
cam-hours-recorded = These are the hours for looking. Recording goes on day and night.
cam-hours-all = Day and night
cam-hours-some = Only at hours that you choose
cam-hours-from = From
cam-hours-to = To
cam-hours-night = A time before the first one means the next day.
cam-hours-same = The two times must differ.
cam-until-open = Until you stop it
cam-until-open-what = You can stop at any time
cam-until-day = Until the end of a day
cam-until-last = Last day
cam-until-past = Choose a day after today.
cam-check-what = You can pause or stop at any time. Every look is written down, and you can read who looked.
cam-check-order = A court or prosecutor can order to see what is recorded already; you read of it.
cam-check-paused = The camera is paused: nobody can look until you press “Resume”.
cam-give = Yes, I allow this
cam-give-not = Do not share
cam-give-as-before = Change nothing
cam-shared-now = Done. You can change or stop it at any time.
cam-picture = The picture
cam-picture-what = This is exactly what the duty desk sees, if you allow it.
cam-picture-now = Live picture of your camera
cam-picture-coming = Waiting for the camera’s picture…
cam-picture-gone = There is no picture now.
cam-picture-unable = This phone cannot play the camera’s picture. Try another phone.
cam-picture-paused = The camera is paused, so there is no picture.
cam-masks-n = { $n ->
    [one] { $n } private part is marked
   *[other] { $n } private parts are marked
}
cam-masks-none = See it, mark what is private
cam-mask-withheld = This camera cannot blacken anything by itself. Once saved, nobody else sees the picture and nothing is recorded, until you turn the camera or say that it is fine.
cam-mask-none-left = Once saved, nothing is marked any more: whoever you allowed sees the whole picture.
cam-mask-save = Save what is marked
cam-mask-undo = Undo the changes
cam-held-now = Nobody outside your home sees this picture now.
cam-held-ways = To let others look: turn the camera away from what is private, or take the marks away.
cam-lost = Your camera forgot what it was to blacken.
cam-lost-what = It blackened last at { $time }. Since this was noticed nobody outside your home can look and nothing is recorded. The camera is told again by itself every few minutes. What it recorded in between nobody sees but covered.
cam-fine = I turned it; this picture may be seen
cam-fine-sure = May all of this picture be seen?
cam-fine-what = Nothing is blackened: whoever you allowed sees all that the picture shows now.
cam-fine-yes = It may be seen
cam-fine-no = Not yet
cam-fine-said = You said that this picture may be seen. Nothing is blackened.
cam-fine-back = It may not be seen any more
cam-masked-by-camera = The camera blackens these parts itself.
cam-looks = Who looked
cam-looks-what = Which unit, why, when, how long
cam-looks-why = Every look through this camera is written here. Nobody can delete it.
cam-looks-none = So far nobody has looked through your camera.
cam-looks-others = Looked from outside your home
cam-looks-own = Your own home looked
cam-look-by = { $unit }: { $why }
cam-look-unit = Duty desk
cam-look-live = Live
cam-look-playback = Recorded, from { $from } to { $to }
cam-look-now = now, or until a moment ago
cam-look-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
}
cam-look-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
cam-look-export = Asked to be handed out, from { $from } to { $to }
cam-look-asked-out = asked for, not handed out
cam-look-handed-out = handed out at { $time }
cam-look-told = You are told since { $time } only, because somebody could have been in danger. A second officer and the auditor agreed.
cam-delays = In the whole commune { $now } such notices are put off at present, { $year } within a year. After that everyone is told.
cam-look-moved = the camera was turned
cam-why-duty-watch = everyday watch
cam-why-alarm = fire alarm
cam-why-accident = accident, somebody in danger
cam-why-missing-person = missing person
cam-why-offence = looking into an offence
cam-why-data-request = somebody asked for pictures of themselves
cam-why-camera-check = checking the camera
cam-why-order = order of a court or prosecutor
cam-why-owner = your own home
cam-why-residents = residents of the village
village-cams = Cameras of our village
village-cams-what = Paid for by residents
village-none = No camera here that residents paid for
village-off = Residents may not look: the village has not voted for it, or the vote is over.
village-vote = Voted on { $date }: { $for } of { $homes } homes in favour. Residents may look until { $until }.
village-open = You may look
village-shut-objected = Closed: a home that is in the picture objects
village-shut-not-masked = Closed: windows or doors are not blackened
village-shut-not-voted = Closed: no vote holds
village-shut-other = Closed to residents
village-mine = Your home closed it
village-why = What you look for
village-why-what = To see how the street is. You look as a resident of { $place }.
village-rules = Live, at most 5 minutes. That you looked is written down and counted in public. Nothing can be saved or looked at later.
village-look = Look now
village-stop = Stop looking
village-ends = This look ends at { $time }.
village-over = The look is over.
village-again = Look again
village-coming = Waiting for the picture…
village-gone = There is no picture now.
village-unable = This phone cannot play the camera’s picture. Try another phone.
village-picture = Live picture: { $name }
village-home = Is your home in this picture?
village-home-what = You may close this camera to all residents, at once and without a reason. Nobody is told that it was you. Whoever is on duty still sees it.
village-object = My home is in this picture: close it to residents
village-object-done = Closed. No resident looks through this camera now.
village-objected = Your home closed this camera to residents. Nobody is told that it was you.
village-object-not = Take it back: residents may look again
village-object-not-done = Taken back.

# Shown by the service worker when the app is closed; plain words without values
sw-title = FIRE ALARM
sw-body = Open Liên Gia to see where.
sw-ask-title = Still burning?
sw-ask-body = The alarm from this phone went out too late. Open the app to answer.
