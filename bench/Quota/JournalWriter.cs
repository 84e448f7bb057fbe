using System.Buffers.Binary;
using System.Globalization;
using GlobalGateway.Replication.Journal;

namespace GlobalGateway.Bench.Quota;

/// <summary>A process that appends numbered records until it is killed, and says how far it is.</summary>
internal static class JournalWriter
{
    private const int RecordBytes = 150;
    private const int TellEvery = 10_000;

    public static int Run(string directory)
    {
        using var journal = JournalDevice.Open(directory).Device;
        var record = new byte[RecordBytes];
        for (var number = 1L; ; number++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(record, number);
            while (!journal.TryAppend(record))
            {
                journal.Release(journal.End);
                Thread.Yield();
            }

            if (number % TellEvery == 0)
            {
                Console.WriteLine(number.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
