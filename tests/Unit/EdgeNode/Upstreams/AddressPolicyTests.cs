using System.Net;
using GlobalGateway.EdgeNode.Upstreams;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Upstreams;

public class AddressPolicyTests
{
    [Theory]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.8", true)]
    [InlineData("93.184.216.34", true)]
    [InlineData("2001:db8::1", true)]
    public void Allows_OnlyAddressesAConfigurationMayMean(string address, bool allowed) =>
        AddressPolicy.Allows(IPAddress.Parse(address)).ShouldBe(allowed);
}
