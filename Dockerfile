# The image holds one static binary and the three things it asks of an operating system:
# certificates to call other servers with, a /tmp for uploads, and a folder for its data. No
# shell, no package manager, nothing to patch but Madang itself. What Debian would add is
# ffmpeg (posters, previews and HLS of films; without it they are played as they were sent)
# and vips (large photos cost a third; without it they cost more):
# `docker build --target with-ffmpeg .` is the same program on Debian for those who want it.

FROM golang:1.27 AS build
ENV GOTOOLCHAIN=auto CGO_ENABLED=0
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
	go build -trimpath -ldflags "-s -w" -o /out/madang . \
	&& mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

FROM debian:bookworm-slim AS with-ffmpeg
RUN apt-get update \
	&& apt-get install -y --no-install-recommends ca-certificates ffmpeg libvips-tools \
	&& rm -rf /var/lib/apt/lists/*
COPY --from=build /out/madang /madang
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
EXPOSE 8090
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/madang", "health"]
ENTRYPOINT ["/madang"]
CMD ["serve", "--http=0.0.0.0:8090", "--dir=/data"]

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/madang /madang
# A number, since scratch has no list of users; 65532 is the usual "nonroot".
USER 65532:65532
VOLUME /data
EXPOSE 8090
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/madang", "health"]
ENTRYPOINT ["/madang"]
CMD ["serve", "--http=0.0.0.0:8090", "--dir=/data"]
