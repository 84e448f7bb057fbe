using System.Text.Json;
using GlobalGateway.Cli.Usage;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.Usage;

public sealed class UsageCsvTests
{
    [Fact]
    public void Write_Rows_HasAHeadingAndDollars()
    {
        Written("""[{"day":"2026-11-21","model":"fast","requests":3,"nanoUsd":1500000,"estimatedNanoUsd":0}]""").ShouldBe(
            "day,model,requests,usd,estimatedUsd\n2026-11-21,fast,3,0.0015,0\n");
    }

    [Fact]
    public void Write_NamesThatASpreadsheetWouldRead_AreText()
    {
        Written("""[{"key":"=cmd()","team":"a,b \"c\"","provider":null}]""").ShouldBe("key,team,provider\n'=cmd(),\"a,b \"\"c\"\"\",\n");
    }

    [Fact]
    public void Write_NoRows_IsEmpty() => Written("[]").ShouldBe("");

    private static string Written(string rows)
    {
        var output = new StringWriter { NewLine = "\n" };
        UsageCsv.Write(output, JsonDocument.Parse(rows).RootElement);
        return output.ToString();
    }
}
