using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Replication.Embedded;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Embedded;

public class SafeNameTests
{
    [Theory]
    [InlineData("acme-monthly", "acme-monthly")]
    [InlineData("a.b", "a%2eb")]
    [InlineData("..", "%2e%2e")]
    [InlineData("a/b", "a%2fb")]
    [InlineData("Acme", "%41cme")]
    [InlineData("a%2eb", "a%252eb")]
    public void Of_EscapesWhatIsNotPlain(string id, string name) => SafeName.Of(id).ShouldBe(name);

    [Fact]
    public void Of_AnyTwoIds_AreSafeAndDifferent()
    {
        var ids = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get);
        var longer = ids.Select(text => text + new string('x', 300));

        Prop.ForAll(Gen.Zip(Gen.OneOf(ids, longer), Gen.OneOf(ids, longer)).ToArbitrary(), pair =>
        {
            var (one, two) = (SafeName.Of(pair.Item1), SafeName.Of(pair.Item2));
            return IsSafe(one) && IsSafe(two) && string.Equals(one, two, StringComparison.OrdinalIgnoreCase) == (pair.Item1 == pair.Item2);
        }).QuickCheckThrowOnFailure();
    }

    private static bool IsSafe(string name) =>
        name.Length is > 0 and <= 180 && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '%' or '=');
}
