# Words about cameras that both the desk and the phones use.
# How a live picture stands.
live-running = Live
live-coming = Connecting…
live-old = The picture stands still, no new one has come
live-old-since = Old picture, from { $time }
live-lost = Connection lost, trying again…
live-busy = Too many people are watching, trying again…
live-asleep = Paused while this page is hidden
live-shut = This camera may not be looked at now.
live-gone = This camera is not here any more.
live-over = The view has ended, opening it again…
live-unable = This browser cannot show this camera's pictures. They are recorded all the same.
live-h265 = The camera sends H.265, which this browser cannot show. It is recorded all the same. Set the camera to H.264.

# How a camera is.
camera-state-connecting = Connecting
camera-state-recording = Recording
camera-state-no-answer = Does not answer
camera-state-wrong-password = Wrong name or password
camera-state-certificate-changed = Shows another certificate than before
camera-state-refused = Refuses
camera-state-needs-udp = Sends by UDP alone
camera-state-needs-tcp = Sends over TCP alone
camera-state-not-found = Nothing at this address
camera-state-no-pictures = Sends no pictures
camera-state-frozen = Picture stands still
camera-state-no-key-picture = Sends no picture to begin with
camera-state-unsupported-codec = Sends pictures of a kind that is not taken
camera-state-closed = Ended the connection
camera-state-paused = Paused or not shared
camera-state-failing = Cannot be understood
camera-state-unknown = Not recorded here

# What to change on a camera.
camera-advice-h265-not-in-browsers = It sends H.265, which many computers cannot show. Set it to H.264.
camera-advice-key-pictures-too-far-apart = Its full pictures (I-frames) are too far apart, so views open slowly. Set them to every 2 seconds.
camera-advice-key-pictures-never = No second full picture (I-frame) came. Set them to every 2 seconds.
camera-advice-bitrate-high = It sends very much and fills the disk fast. Less than 4 Mbit/s is enough.
camera-advice-bitrate-low = It sends so little that whatever moves is blurred.
camera-advice-clock-wrong = Its clock is wrong. Set the time in the camera.
camera-advice-no-clock = It tells no time. The node's time is used.
camera-advice-resolution-low = The picture is small and hard to make out. Choose a larger size.
camera-advice-plain-password = The password crosses the network in the open. Use a network of its own for cameras, or an rtsps:// address.
camera-advice-sound-is-sent = It offers sound. Sound is recorded only where the site says so.

# What a camera showed.
sighting-accident = Accident
sighting-flooding = Flooding
sighting-crowd = Crowd
sighting-smoke = Smoke
sighting-obstacle = Something in the way
sighting-light-out = A light is out
sighting-other = Something else
sighting-key-accident = a
sighting-key-flooding = f
sighting-key-crowd = c
sighting-key-smoke = s
sighting-key-obstacle = w
sighting-key-light-out = l
sighting-key-other = o
