using System.Text.Json;
using GlobalGateway.Cli.Budgets;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.Budgets;

public sealed class BudgetShowTests
{
    private const string One = """
        {"name":"acme-monthly","id":"acme-monthly","tenant":"acme","team":null,"key":"ci","periodStart":"2026-11-01T00:00:00Z","resetsAt":"2026-12-01T00:00:00Z",
         "limit":{"tokens":1000,"nanoUsd":50000000000},"spent":{"tokens":820,"nanoUsd":5000000},"estimated":{"tokens":20,"nanoUsd":0},"unread":["ap-south"],
         "regions":[{"region":"us-east","generation":1,"share":{"tokens":600,"nanoUsd":30000000000},"received":{"tokens":0,"nanoUsd":0},"given":{"tokens":0,"nanoUsd":0},
           "charged":{"tokens":900,"nanoUsd":6000000},"used":{"tokens":820,"nanoUsd":5000000},"held":{"tokens":80,"nanoUsd":1000000},"available":{"tokens":-300,"nanoUsd":29994000000},
           "epochs":[{"epoch":2,"state":"sealed","granted":{"tokens":100,"nanoUsd":0},"holders":[{"incarnation":"a","used":{},"final":false}]}]}]}
        """;

    [Fact]
    public void WriteOne_Budget_SaysWhatIsSpentWhereAndWhatIsUnsure()
    {
        var output = new StringWriter { NewLine = "\n" };

        BudgetShow.WriteOne(output, JsonDocument.Parse(One).RootElement);

        output.ToString().ShouldBe("""
            acme-monthly (acme, key ci): 820 tokens, 0.005 USD of 1,000 tokens, 50.00 USD spent, 82 %; resets 2026-12-01 00:00 UTC
              region   share  received  given   used   held   left
              us-east    600         0      0    820     80   -300  tokens
                       30.00      0.00   0.00  0.005  0.001  29.99  USD
              us-east epoch 2: sealed, 100 tokens, 0.00 USD granted, 1 holder
            ! the log of ap-south cannot be read; what it spent is missing above
              of what is spent, 20 tokens, 0.00 USD are estimates: no provider said what those calls used

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void WriteAll_BudgetNobodyHasSpentFrom_SaysSo()
    {
        var output = new StringWriter { NewLine = "\n" };

        BudgetShow.WriteAll(output, JsonDocument.Parse("""[{"name":"all","id":"all","tenant":null,"team":null,"key":null,"limit":{"requests":10}}]""").RootElement);

        output.ToString().ShouldContain("all     everyone        -  10 requests    not spent from this edge yet");
    }
}
