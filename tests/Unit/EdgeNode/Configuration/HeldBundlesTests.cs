using GlobalGateway.Contracts.Bundles;
using GlobalGateway.EdgeNode.Configuration;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Configuration;

public class HeldBundlesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);

    private readonly HeldBundles _two = new HeldBundles().With(Pointer(1), "a", Now).Proven("a").With(Pointer(2), "b", Now);

    [Fact]
    public void Started_TwiceAfterDeaths_GivesTheBundleUp()
    {
        var once = _two.Started(Now.AddSeconds(10));
        var twice = once.Started(Now.AddSeconds(20));

        once.Pointers[0].Sequence.ShouldBe(2);
        twice.Pointers.ShouldHaveSingleItem().Sequence.ShouldBe(1);
        twice.Crashed.ShouldBe(["b"]);
        twice.Sequence.ShouldBe(2);
    }

    [Fact]
    public void Started_AfterProperStops_BlamesNothing()
    {
        var held = _two;
        for (var start = 0; start < 5; start++)
        {
            held = held.Stopped().Started(Now.AddSeconds(start));
        }

        held.Pointers.Count.ShouldBe(2);
        held.Trial.ShouldNotBeNull().Deaths.ShouldBe(0);
    }

    [Fact]
    public void Started_LongAfterTheSwapOrOnceProven_BlamesNothing()
    {
        var late = Now + HeldBundles.BlameTime + TimeSpan.FromSeconds(1);

        _two.Started(late).Started(late).Started(late).Crashed.ShouldBeEmpty();
        _two.Proven("b").Started(Now).Started(Now).Started(Now).Crashed.ShouldBeEmpty();
    }

    [Fact]
    public void Started_WithNoOtherBundle_KeepsTheOnlyOne()
    {
        var only = new HeldBundles().With(Pointer(1), "a", Now);

        only.Started(Now).Started(Now).Started(Now).Pointers.ShouldHaveSingleItem();
    }

    [Fact]
    public void With_BundlesLeftOnTrial_PushesNoGoodOneOut()
    {
        var held = new HeldBundles().With(Pointer(1), "a", Now).Proven("a");
        for (var sequence = 2; sequence <= 6; sequence++)
        {
            held = held.With(Pointer(sequence), $"x{sequence}", Now);
        }

        held.Pointers.Select(pointer => pointer.Sequence).ShouldBe([6L, 1L]);
        held.Started(Now).Started(Now).Pointers[0].Sequence.ShouldBe(1);
    }

    [Fact]
    public void With_AnotherPointerToTheServedBundle_IsNoNewTrialAndTakesNoPlace()
    {
        var again = Pointer(3) with { Payload = _two.Pointers[0].Payload };

        var held = _two.Proven("b").With(again, "b", Now);

        held.Trial.ShouldBeNull();
        held.Sequence.ShouldBe(3);
        held.Pointers.Select(pointer => pointer.Sequence).ShouldBe([3L, 1L]);
    }

    [Fact]
    public void Started_WithABundleGivenUp_StillKnowsTheHighestPointer()
    {
        _two.Started(Now).Started(Now).Highest!.Sequence.ShouldBe(2);
    }

    [Fact]
    public void With_ManyPointers_KeepsTheLastThree()
    {
        var held = new HeldBundles();
        for (var sequence = 1; sequence <= 10; sequence++)
        {
            held = held.With(Pointer(sequence), $"{sequence}", Now);
        }

        held.Pointers.Select(pointer => pointer.Sequence).ShouldBe([10, 9, 8]);
        held.Sequence.ShouldBe(10);
    }

    private static SignedDocument Pointer(long sequence) => new()
    {
        Type = SignedType.Pointer, Format = 1, KeyId = "k", Fleet = "f", Audience = "*", Sequence = sequence, Payload = [(byte)sequence], Signature = [],
    };
}
