# The site: pages, API, hub. Needs PostgreSQL and the artifact folder, no libtorch and no GPU.
# Build from the repository's root: docker build -f docker/web.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
COPY . .
RUN dotnet publish src/Web -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chown "$APP_UID" /data
COPY --from=build /app /app
COPY models /models
WORKDIR /app
ENV Platform__DataPath=/data Platform__ModelsPath=/models ASPNETCORE_HTTP_PORTS=8080
USER $APP_UID
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["dotnet", "Magvit.Web.dll"]
