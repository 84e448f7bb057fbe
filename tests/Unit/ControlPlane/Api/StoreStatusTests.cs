using GlobalGateway.ControlPlane.Api;
using GlobalGateway.ControlPlane.Store;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Api;

public sealed class StoreStatusTests
{
    [Theory]
    [InlineData(59, null)]
    [InlineData(60, "the store is 60 % full: from 80 % on no new rollout begins")]
    [InlineData(80, "the store is 80 % full: no new rollout begins, pointers are still moved")]
    public void Of_Standing_WarnsFromSixtyPercent(long bytes, string? warning)
    {
        var status = StoreStatus.Of(new StoreStanding(bytes, 100));

        (status.Warning?.StartsWith(warning ?? "nothing", StringComparison.Ordinal) ?? warning is null).ShouldBeTrue(status.Warning);
    }

    [Fact]
    public void Of_StoreWithoutQuota_NeverWarns() => StoreStatus.Of(new StoreStanding(long.MaxValue, null)).Warning.ShouldBeNull();
}
