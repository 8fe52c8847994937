# The image of the daemon; compose.yaml starts it with its database.
FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
# The caches live outside the image, so the binary is copied out of them in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked && cp target/release/assistant /usr/local/bin/

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin assistant
COPY --from=build /usr/local/bin/assistant /usr/local/bin/
USER 10001
# Inside a container the loopback address would be out of everyone's reach.
ENV ASSISTANT_SERVER__LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["assistant", "health"]
# The daemon stops gracefully on SIGTERM, within 10 seconds.
CMD ["assistant", "serve"]
