#!/usr/bin/env bash
# Makes demo/assets/film.mp4 again: frames and tune are drawn by the tests of package demo,
# ffmpeg only packs them. A key frame each second makes it seekable, faststart puts the index
# in front so that it plays while it loads. Needs Go and ffmpeg with libx264.
set -euo pipefail
cd "$(dirname "$0")/../.."
export GOTOOLCHAIN=auto

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

go test ./demo -run 'TestFilmShowsTheSunRising' -count 1 -film "$work"

ffmpeg -nostdin -v error -y \
	-f rawvideo -pixel_format rgba -video_size 640x360 -framerate 24 -i "$work/frames.rgba" \
	-i "$work/tune.wav" \
	-map 0:v -map 1:a -af apad -t 8 \
	-c:v libx264 -preset veryslow -tune animation -profile:v high -level 3.0 -pix_fmt yuv420p \
	-crf 22 -g 24 -keyint_min 24 -sc_threshold 0 \
	-colorspace bt709 -color_primaries bt709 -color_trc bt709 -vf scale=out_color_matrix=bt709:out_range=tv \
	-c:a aac -b:a 64k -ar 44100 -ac 1 \
	-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
	-movflags +faststart demo/assets/film.mp4

ls -l demo/assets/film.mp4
