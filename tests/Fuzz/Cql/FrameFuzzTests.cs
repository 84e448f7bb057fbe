using System.Diagnostics;
using GlobalGateway.Cql;
using GlobalGateway.Cql.Wire;
using Shouldly;
using Xunit;

namespace GlobalGateway.Fuzz.Cql;

/// <summary>Whatever a node sends is an answer or a <see cref="CqlProtocolException"/>, in time and memory that go with its size.</summary>
public class FrameFuzzTests
{
    private const int Frames = 1_000_000;
    private const int BodyBytesMax = 1024 * 1024;

    /// <summary>What an exception and its trace take.</summary>
    private const long AllocatedFixed = 32 * 1024;

    /// <summary>A row of one column has 4 bytes on the wire and is two objects here.</summary>
    private const long AllocatedPerByte = 64;

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(240);

    [Fact]
    public void MutatedFrames_AreAnswersOrNotTheProtocol()
    {
        const int seed = 20260317;
        var mutator = new FrameMutator(seed);
        var outcomes = new Dictionary<string, int>();
        long worst = 0;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Frames; i++)
        {
            var frame = mutator.Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var outcome = Outcome(frame);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > AllocatedFixed + AllocatedPerByte * frame.Length)
            {
                Assert.Fail($"frame {i} of seed {seed} made {allocated} bytes of {frame.Length}: {Convert.ToHexString(frame)}");
            }

            worst = Math.Max(worst, allocated);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        Console.WriteLine($"{Frames} frames in {watch.Elapsed.TotalSeconds:0.0} s, at most {worst} bytes allocated: {string.Join(", ", outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}"))}");
        watch.Elapsed.ShouldBeLessThan(TimeMax);
        // Every kind was met, whole and broken.
        string[] kinds =
        [
            nameof(CqlProtocolException), nameof(ReadyResponse), nameof(AuthenticateResponse), nameof(AuthChallengeResponse), nameof(AuthSuccessResponse),
            nameof(SupportedResponse), nameof(EventResponse), nameof(DoneResponse), nameof(RowsResponse), nameof(PreparedResponse), nameof(ErrorResponse),
        ];
        kinds.ShouldBeSubsetOf(outcomes.Keys);
    }

    [Fact]
    public void Seeds_AreAllAnswers() => FrameSeeds.All.Select(Outcome).ShouldNotContain(nameof(CqlProtocolException));

    /// <summary>As a connection reads it, then as a program reads its rows. Any other exception fails the test.</summary>
    private static string Outcome(byte[] frame)
    {
        try
        {
            if (frame.Length < FrameHeader.Bytes)
            {
                return "incomplete";
            }

            var header = FrameHeader.Read(frame, BodyBytesMax);
            if (header.BodyBytes > frame.Length - FrameHeader.Bytes)
            {
                return "incomplete";
            }

            var response = ResponseDecoder.Decode(header, frame.AsMemory(FrameHeader.Bytes, header.BodyBytes));
            if (response is RowsResponse { Rows: var rows })
            {
                Read(rows);
            }

            return response.GetType().Name;
        }
        catch (CqlProtocolException)
        {
            return nameof(CqlProtocolException);
        }
    }

    private static void Read(CqlRows rows)
    {
        foreach (var row in rows.Take(4))
        {
            Use(row, static row => row.Text("v"));
            Use(row, static row => row.Int32("i"));
            Use(row, static row => row.Texts("l"));
            Use(row, static row => row.TextMap("m"));
        }
    }

    private static void Use(CqlRow row, Func<CqlRow, object> get)
    {
        try
        {
            get(row);
        }
        catch (CqlProtocolException)
        {
            // No such column any more, or not of this type.
        }
    }
}
