# A worker that computes on the CPU, with Debian's libtorch.
# Build from the repository's root: docker build -f docker/worker-cpu.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
COPY . .
RUN dotnet publish src/Worker -c Release -o /app

FROM debian:bookworm-slim AS binding
RUN apt-get update && apt-get install -y --no-install-recommends cmake g++ make libtorch-dev
COPY src/Torch/native /binding
RUN cmake -S /binding -B /binding/build -DCMAKE_BUILD_TYPE=Release && cmake --build /binding/build --parallel

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS dotnet

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates ffmpeg libopenblas0-openmp libssl3 libtorch1.13 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1654 --create-home app \
    && mkdir /data && chown app /data
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
COPY --from=build /app /app
COPY --from=binding /binding/build/libmagvit_torch.so /app/
COPY models /models
WORKDIR /app
ENV GOMP_SPINCOUNT=1000 GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296 Platform__DataPath=/data Platform__ModelsPath=/models MAGVIT_TORCH_LIBRARY=/app/libmagvit_torch.so
USER app
VOLUME /data
ENTRYPOINT ["dotnet", "Magvit.Worker.dll"]
CMD ["run"]
