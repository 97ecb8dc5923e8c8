"""RTSP cameras for tests: gst-rtsp-server on loopback, one clip at /cam0 to /cam7, each viewer from its beginning."""
import sys
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
clip, codec = sys.argv[1], sys.argv[2]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
for number in range(8):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( filesrc location={clip} ! qtdemux ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )"
    )
    # Shared, whoever comes late is given times that run backwards.
    factory.set_shared(False)
    server.get_mount_points().add_factory(f"/cam{number}", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
