using Xunit;

// Fleets mostly wait, and measure how long an edge takes to answer: two side by side are as many as two processors bear.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer(typeof(GlobalGateway.Config.LongestFirst))]
