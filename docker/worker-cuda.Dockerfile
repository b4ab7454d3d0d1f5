# A worker that computes on an NVIDIA GPU, with the official libtorch; one container a GPU.
# Build from the repository's root: docker build -f docker/worker-cuda.Dockerfile .
ARG CUDA=12.6.3
ARG UBUNTU=24.04

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
COPY . .
RUN dotnet publish src/Worker -c Release -o /app

# libtorch's CMake files ask for the CUDA toolkit; what runs later brings its own CUDA libraries.
FROM nvidia/cuda:${CUDA}-devel-ubuntu${UBUNTU} AS binding
ARG LIBTORCH=https://download.pytorch.org/libtorch/cu126/libtorch-cxx11-abi-shared-with-deps-2.6.0%2Bcu126.zip
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates cmake curl g++ make unzip
RUN curl -fsSL "$LIBTORCH" -o /libtorch.zip && unzip -q /libtorch.zip -d /opt && rm /libtorch.zip
COPY src/Torch/native /binding
RUN cmake -S /binding -B /binding/build -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=/opt/libtorch \
    && cmake --build /binding/build --parallel

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS dotnet

FROM nvidia/cuda:${CUDA}-base-ubuntu${UBUNTU}
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates ffmpeg libgomp1 libssl3t64 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1654 --create-home app \
    && mkdir /data && chown app /data
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
COPY --from=binding /opt/libtorch/lib /opt/libtorch/lib
COPY --from=build /app /app
COPY --from=binding /binding/build/libmagvit_torch.so /app/
COPY models /models
WORKDIR /app
ENV GOMP_SPINCOUNT=1000 GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296 Platform__DataPath=/data Platform__ModelsPath=/models MAGVIT_TORCH_LIBRARY=/app/libmagvit_torch.so LD_LIBRARY_PATH=/opt/libtorch/lib \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER app
VOLUME /data
ENTRYPOINT ["dotnet", "Magvit.Worker.dll"]
CMD ["run"]
