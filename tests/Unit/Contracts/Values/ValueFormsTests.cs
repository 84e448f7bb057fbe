using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Contracts.Values;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Contracts.Values;

public class ValueFormsTests
{
    [Theory]
    [InlineData("200M", 200_000_000)]
    [InlineData("2k", 2_000)]
    [InlineData("1.5G", 1_500_000_000)]
    [InlineData("7", 7)]
    public void Count_AsPeopleWriteIt_IsRead(string text, long expected)
    {
        Quantity.TryParseCount(text, out var count).ShouldBeTrue();
        count.ShouldBe(expected);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("2K")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999")]
    [InlineData("k")]
    [InlineData("")]
    public void Count_OfAnotherForm_IsRefused(string text) => Quantity.TryParseCount(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("10%", 0.1)]
    [InlineData("+0.1%", 0.001)]
    [InlineData("0.5", 0.5)]
    public void Share_AsPeopleWriteIt_IsRead(string text, double expected)
    {
        Share.TryParse(text, out var share).ShouldBeTrue();
        share.ShouldBe(expected);
    }

    [Fact]
    public void Share_Written_ReadsBackEqual() =>
        Prop.ForAll(Gen.Choose(0, 100_000_000).ToArbitrary(), number =>
        {
            Share.TryParse((number / 1_000_000m).ToString(System.Globalization.CultureInfo.InvariantCulture) + "%", out var share).ShouldBeTrue();
            return Share.TryParse(Share.Format(share), out var again) && again.Equals(share);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Duration_Written_ReadsBackEqual() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), ticks =>
        {
            var duration = TimeSpan.FromTicks(ticks * 7L);
            return Duration.TryParse(Duration.Format(duration), out var again) && again == duration;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Money_Written_ReadsBackEqual() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), nanos =>
        {
            var amount = new NanoDollars(nanos * 12_345L);
            return NanoDollars.TryParse(amount.ToString(), out var again) && again == amount;
        }).QuickCheckThrowOnFailure();
}
