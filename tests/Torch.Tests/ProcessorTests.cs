using Xunit;

namespace Magvit.Torch.Tests;

/// <summary>Tests of what depends on instructions and threads, which some of them change for the whole process: they run one after the other, with nothing beside them.</summary>
[CollectionDefinition(nameof(ProcessorTests), DisableParallelization = true)]
public class ProcessorTests;
