using Xunit;

// Those that measure time to a client's answer run alone (their collections say so); the client libraries and the draining edge mostly wait.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
