using Xunit;

namespace Magvit.Worker.Tests.Commands;

/// <summary>Tests that train: initial weights and dropout draw from the process's default generator, so nothing runs beside them.</summary>
[CollectionDefinition(nameof(ModelCommands), DisableParallelization = true)]
public sealed class ModelCommands : ICollectionFixture<ShapesFixture>;
