using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Replication.Journal;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Journal;

/// <summary>A real process, killed by SIGKILL while it appends as fast as it can.</summary>
public sealed class JournalKillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gg-journal-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task Open_WriterKilled_IsWholeWithEveryRecordItSpokeOf(int lines)
    {
        var told = await WriteAndKillAsync(lines);

        var opened = JournalDevice.Open(_folder);
        using var device = opened.Device;

        opened.Predecessors.ShouldHaveSingleItem().Tear.ShouldBeNull();
        var (position, last) = (default(JournalPosition), 0L);
        device.Read(ref position, (_, _, record) =>
        {
            var number = BinaryPrimitives.ReadInt64LittleEndian(record);

            // The writer releases what it wrote long ago.
            number.ShouldBe(last == 0 ? number : last + 1);
            last = number;
            return true;
        });
        last.ShouldBeGreaterThanOrEqualTo(told);
    }

    private async Task<long> WriteAndKillAsync(int lines)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "GlobalGateway.Bench.dll");
        using var writer = Process.Start(new ProcessStartInfo("dotnet", [program, "journal-writer", "--directory", _folder]) { RedirectStandardOutput = true })!;
        var told = 0L;
        for (var line = 0; line < lines; line++)
        {
            told = long.Parse((await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, CultureInfo.InvariantCulture);
        }

        writer.Kill();
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        return told;
    }
}
