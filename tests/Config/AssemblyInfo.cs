using Xunit;

// Fleets mostly wait: several side by side take as long as one.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
