using Xunit;

// Every test uses all processors: they take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
