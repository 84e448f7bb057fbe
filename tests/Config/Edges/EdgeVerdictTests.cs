using System.Diagnostics;
using Shouldly;
using Xunit;

namespace GlobalGateway.Config.Edges;

/// <summary>What <see cref="ShownEdgesTests"/> judges by finds what is wrong. Seconds of a diary: "one" is served until 20, then "two", and "three" after three seconds without a look.</summary>
public sealed class EdgeVerdictTests
{
    private readonly EdgeDiary _diary = new() { Edge = "us-east" };

    public EdgeVerdictTests()
    {
        for (var at = 0.0; at < 60; at += 0.02)
        {
            if (at is < 30 or > 50)
            {
                _diary.Add(new EdgeLook(At(at), At(at + 0.005), at < 20 ? "one" : "two", at < 20 ? 7 : 9, Following: true));
            }
        }

        for (var at = 63.0; at < 70; at += 0.02)
        {
            _diary.Add(new EdgeLook(At(at), At(at + 0.005), "three", 11, Following: true));
        }

        _diary.Add(new Absence(AbsenceKind.Dead, At(29.9), At(30), At(50), At(50)));
    }

    [Theory]
    [InlineData(10, "one", 7, 0.1)]
    [InlineData(10, "one", 7, 4.9)]
    [InlineData(20.3, "one", 7, 0.2)]
    [InlineData(20.3, "two", 9, 0.1)]
    [InlineData(20.3, "two", 8, 0.2)]
    [InlineData(25, "two", 9, 0.5)]
    [InlineData(61.5, "two", 9, 0.1)]
    [InlineData(61.5, "three", 11, 0.1)]
    public void Edge_ThatSaysWhatItServes_IsShownCorrectly(double at, string revision, long sequence, double age) => WhyNot(at, revision, sequence, age).ShouldBeNull();

    [Theory]
    [InlineData(10, "two", 9, 0.1)]
    [InlineData(10, "one", 8, 0.1)]
    [InlineData(10, "one", 7, 7.0)]
    [InlineData(23, "one", 7, 0.1)]
    [InlineData(23, "one", 7, 4.0)]
    [InlineData(19, "two", 9, 0.1)]
    [InlineData(61.5, "one", 7, 0.1)]
    [InlineData(59, "three", 11, 0.1)]
    public void Edge_ThatIsShownWithWhatItDoesNotServe_IsFound(double at, string revision, long sequence, double age) => WhyNot(at, revision, sequence, age).ShouldNotBeNull();

    [Theory]
    [InlineData(33, false, "ack", 3.1, true)]
    [InlineData(33, true, "ack", 3.1, false)]
    [InlineData(33, false, "ack", 0.5, false)]
    [InlineData(48, false, "unknown", 18.0, true)]
    [InlineData(48, false, "ack", 18.0, false)]
    [InlineData(40, false, "unknown", 10.0, false)]
    [InlineData(57, false, "ack", 0.1, false)]
    public void Edge_ThatIsGone_IsShownAsGoneAndUnknownOnlyAfterFifteenSeconds(double at, bool connected, string state, double age, bool isCorrect) =>
        (WhyNot(at, "two", 9, age, connected, state) is null).ShouldBe(isCorrect);

    private string? WhyNot(double at, string revision, long sequence, double age, bool connected = true, string state = "ack") =>
        EdgeVerdict.WhyNot(new EdgeShown(At(at), At(at + 0.01), connected, state, revision, sequence, TimeSpan.FromSeconds(age)), _diary);

    private static long At(double seconds) => (long)((1_000 + seconds) * Stopwatch.Frequency);
}
