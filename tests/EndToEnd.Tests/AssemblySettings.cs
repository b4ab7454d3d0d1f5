// A browser, a site and a worker at a time are what two cores bear.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
[assembly: Magvit.EndToEnd.Tests.TellsWhereItEnded]
