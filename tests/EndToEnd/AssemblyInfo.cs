using Xunit;

// Several of these tests measure time to a client's answer: fleets take turns, so that none waits for another's processor.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
