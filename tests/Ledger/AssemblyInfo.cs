using Xunit;

// Fleets wait for one another for much of their time, and histories are reckoned on one processor: two side by side use both.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
