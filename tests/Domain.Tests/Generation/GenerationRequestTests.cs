using System.Text.Json;
using Magvit.Domain.Generation;
using Xunit;

namespace Magvit.Domain.Tests.Generation;

public sealed class GenerationRequestTests
{
    [Fact]
    public void FromJson_WhatToJsonWrote_IsTheSameRequest()
    {
        var request = new GenerationRequest
        {
            Task = GenerationTask.CustomMask,
            Model = "demo-64",
            InputAssetId = Guid.NewGuid(),
            InputStart = 3,
            InputStride = 2,
            MaskAssetId = Guid.NewGuid(),
            ClassName = "läuft",
            Seed = GenerationLimits.MaxSeed,
            Steps = 7,
            Temperature = 0.1,
            Schedule = "exp",
            Guidance = 1.5,
            Samples = 8,
            KeepInput = true,
        };
        Assert.Equal(request, GenerationRequest.FromJson(request.ToJson()));
    }

    [Fact]
    public void FromJson_OnlyTask_TakesTheDocumentedDefaults()
    {
        var request = GenerationRequest.FromJson("""{"task":"frame-prediction"}""");
        Assert.Equal(
            (12, 4.5, "cosine", null as double?, 1, null as bool?, 0, 1, null as long?),
            (request.Steps, request.Temperature, request.Schedule, request.Guidance, request.Samples, request.KeepInput, request.InputStart, request.InputStride, request.Seed));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"task":"make-coffee"}""")]
    [InlineData("""{"task":3}""")]
    [InlineData("null")]
    public void FromJson_NotARequest_Throws(string json) => Assert.Throws<JsonException>(() => GenerationRequest.FromJson(json));

    [Fact]
    public void WithoutUnused_ClassConditional_KeepsOnlyTheClass()
    {
        var request = new GenerationRequest
        {
            Task = GenerationTask.ClassConditional,
            InputAssetId = Guid.NewGuid(),
            InputStart = 4,
            MaskAssetId = Guid.NewGuid(),
            ClassName = "run",
        };
        Assert.Equal(new GenerationRequest { Task = GenerationTask.ClassConditional, ClassName = "run" }, request.WithoutUnused());
    }

    [Theory]
    [InlineData(5, 0, 5)]
    [InlineData(5, 3, 8)]
    [InlineData(GenerationLimits.MaxSeed, 1, 0)]
    public void SeedOf_EachSample_CountsOnAndWrapsAround(long seed, int sample, long expected)
        => Assert.Equal(expected, new GenerationRequest { Task = GenerationTask.FramePrediction, Seed = seed }.SeedOf(sample));
}
