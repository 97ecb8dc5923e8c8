# The node: push.

problem-bad-subscription = This phone cannot be woken.
    .detail = Switch notifications off and on again, or use another browser.
problem-no-push-key = This node cannot wake phones just now.
    .detail = Keep the app open to hear alarms; bells ring all the same. Have whoever looks after the machine run liengia check.

problem-not-signed = No gateway that this node knows has signed this.
    .detail = Compare the secret on both sides.
problem-not-now = The clocks are apart, or the call is old ({ $apart } seconds).
    .detail = Set both clocks, and sign again with the time of now.
problem-other-content = Another answer came before with the same webhook-id.
    .detail = Give each call an id of its own.
problem-not-an-answer = The call holds no answer.
    .detail = It needs the three webhook headers, and JSON with message_id and digit: 1, 2 or 3.
problem-no-message = No message has this id.
    .detail = Send message_id back exactly as it came.
problem-too-many-answers = Too many answers at once.
    .detail = Try again in { $seconds } seconds.
problem-no-dead-letter = No undelivered message has this id.
    .detail = It was sent again already, or made room for newer ones. Open the list anew.

node-hook-keys = Press 1 if you are coming, 2 if you cannot, 3 if everyone of your home is out.
node-loudspeaker = Fire at { $team }. Whoever is near: get out now. Make way for the fire engine, and stay away from the fire.

node-ca-title = Certificate for the duty desk
node-ca-who = This page is for the commune's duty desks. Install this certificate so that their browser trusts the commune's own server.
node-ca-compare = Before you install it, compare this fingerprint with the one on paper that the person in charge has. If a single character differs, do not install it.
node-ca-take = Download the certificate
node-ca-not-phones = Never install it on residents' phones: they do not need it.

problem-no-cap-message = No warning message has this name.
    .detail = See the messages in /cap/feed.atom.

node-cap-feed = Fire alarms
node-cap-fire-event = Fire
node-cap-fire-headline = Fire at { $place }
node-cap-fire-description = A fire was reported at { $place }. The neighbours' team and the commune's desk have been told.
node-cap-fire-instruction = Stay away. Make way for the fire engine. Whoever is near the fire: get out now and call the fire police.
node-cap-fire-over-event = Fire alarm over
node-cap-fire-over-headline = Fire alarm over at { $place }
node-cap-fire-over-description = The fire alarm at { $place } was closed.
node-cap-fire-over-instruction = Go on making way for those who still work there.
node-cap-drill-event = Fire drill
node-cap-drill-headline = Drill, no fire: { $place }
node-cap-drill-description = The neighbours' team holds a drill at { $place }. There is no fire.
node-cap-drill-instruction = Nothing needs to be done.
node-cap-drill-over-event = Drill over
node-cap-drill-over-headline = Drill over: { $place }
node-cap-drill-over-description = The drill at { $place } is over. There was no fire.
node-cap-drill-over-instruction = Nothing needs to be done.
node-cap-drill-note = DRILL, NO FIRE
node-cap-test-event = Test message
node-cap-test-headline = Test message, no fire
node-cap-test-description = The node of { $place } tries its messages out. There is no fire.
node-cap-test-instruction = Nothing needs to be done.
node-cap-test-note = TEST MESSAGE, NO FIRE
