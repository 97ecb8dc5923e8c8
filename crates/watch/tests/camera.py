"""RTSP cameras for tests: gst-rtsp-server on loopback, one clip at /cam0 to /cam7, each viewer from its beginning.

camera.py CLIP CODEC [sound] [udp|tcp] [digest|basic]: with the clip's sound; by UDP or TCP alone; only for the user `guard` with the
password `secret`.
"""
import sys
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
clip, codec, options = sys.argv[1], sys.argv[2], sys.argv[3:]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
launch = f"filesrc location={clip} ! qtdemux name=d d.video_0 ! queue ! rtp{codec}pay name=pay0 pt=96 config-interval=-1"
if "sound" in options:
    launch += " d.audio_0 ! queue ! rtpmp4gpay name=pay1 pt=97"
signs_in = [option for option in options if option in ("basic", "digest")]
if signs_in:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "guard")
    if signs_in == ["digest"]:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest("guard", "secret", token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic("guard", "secret"), token)
    server.set_auth(auth)
for number in range(8):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {launch} )")
    # Shared, whoever comes late is given times that run backwards.
    factory.set_shared(False)
    if "udp" in options:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    if "tcp" in options:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.TCP)
    if signs_in:
        factory.add_role_from_structure(
            Gst.Structure.new_from_string("guard, media.factory.access=true, media.factory.construct=true")
        )
    server.get_mount_points().add_factory(f"/cam{number}", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
