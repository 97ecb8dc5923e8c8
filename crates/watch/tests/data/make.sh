#!/bin/sh
# Makes the recordings next to this file with ffmpeg 5.1: NAME.rtp (the packets, by examples/capture.rs), NAME.sdp,
# NAME.units (time, bytes, flags and checksum of each packet of the MP4, by ffprobe) and NAME.box (avcC, hvcC or AAC's configuration).
# Usage, in the crate: sh tests/data/make.sh
set -eu
data=$(dirname "$0"); work=$(mktemp -d); port=${PORT:-42100}
cargo build -q --example capture
record() { # NAME SOURCE: the same stream as MP4 and over RTP
    name=$1; source=$2; port=$((port + 4))
    ffmpeg -v error -y -i "$source" -c copy -f mp4 "$work/$name.mp4"
    target/debug/examples/capture $port "$data/$name.rtp" & catcher=$!
    sleep 0.5
    ffmpeg -v error -y -re -i "$source" -c copy -f rtp -sdp_file "$data/$name.sdp" \
        "rtp://127.0.0.1:$port?pkt_size=1400&rtcpport=$((port + 1))"
    wait $catcher
    ffprobe -v error -show_data_hash adler32 -show_entries packet=size,flags,pts,data_hash -of csv=p=0 "$work/$name.mp4" |
        sed -z 's/,\n,/,/g' > "$data/$name.units" # Side data stands on a line of its own.
    python3 - "$work/$name.mp4" "$data/$name.box" <<'P'
import struct, sys
mp4 = open(sys.argv[1], 'rb').read()
for kind in (b'avcC', b'hvcC'):
    at = mp4.find(kind)
    if at > 0:
        size = struct.unpack('>I', mp4[at - 4:at])[0]
        open(sys.argv[2], 'wb').write(mp4[at + 4:at - 4 + size])
P
    [ -f "$data/$name.box" ] || python3 - "$work/$name.mp4" "$data/$name.box" <<'P'
import sys
mp4 = open(sys.argv[1], 'rb').read()
at = mp4.find(b'esds')
at = mp4.find(b'\x05\x80\x80\x80', at)
length = mp4[at + 4]
open(sys.argv[2], 'wb').write(mp4[at + 5:at + 5 + length])
P
}
picture() { # SIZE FRAMES
    echo "-f lavfi -i testsrc2=size=$1:rate=12 -frames:v $2 -pix_fmt yuv420p"
}
x264="-c:v libx264 -preset veryfast -threads 1"
x265="-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=1:frame-threads=1:keyint=8:min-keyint=8"
rm -f "$data"/*.box
# MP4 sources: parameter sets in the SDP only. Raw sources: within the stream too.
ffmpeg -v error -y $(picture 1920x1080 6) $x264 -g 4 -bf 0 -b:v 900k "$work/a.mp4"
record h264_1080 "$work/a.mp4"
ffmpeg -v error -y $(picture 854x480 18) $x264 -g 9 -bf 3 -b:v 400k "$work/b.mp4"
record h264_b_frames "$work/b.mp4"
ffmpeg -v error -y $(picture 360x202 18) $x264 -g 9 -bf 0 -x264-params "slices=4:aud=1:repeat-headers=1" -b:v 300k "$work/c.h264"
record h264_slices "$work/c.h264"
ffmpeg -v error -y $(picture 640x360 12) $x264 -g 6 -profile:v baseline -b:v 300k "$work/d.mp4"
record h264_baseline "$work/d.mp4"
ffmpeg -v error -y $(picture 1920x1080 6) $x265 -tag:v hvc1 -b:v 600k "$work/e.mp4"
record h265_1080 "$work/e.mp4"
ffmpeg -v error -y $(picture 360x202 18) $x265:repeat-headers=1:bframes=3:aud=1:slices=2 -tag:v hev1 -b:v 200k "$work/f.mp4"
record h265_in_band "$work/f.mp4"
ffmpeg -v error -y -f lavfi -i "sine=frequency=440:sample_rate=16000" -t 2 -c:a aac -b:a 32k "$work/g.mp4"
record aac "$work/g.mp4"
rm -rf "$work"
