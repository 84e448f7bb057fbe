using Xunit;

// Every test drives its edge as hard as the machine lets it, and some measure rates: they take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
