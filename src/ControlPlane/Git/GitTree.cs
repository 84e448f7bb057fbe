using System.Diagnostics;
using System.Globalization;
using System.Text;
using GlobalGateway.Contracts.Loading.Trees;

namespace GlobalGateway.ControlPlane.Git;

/// <summary>The files of one commit, read as objects through one <c>git cat-file --batch</c>.</summary>
public sealed class GitTree : MemoryTree, IDisposable
{
    private readonly Reader _reader;

    internal GitTree(GitProgram git, IReadOnlyList<GitFile> files)
        : this(new Reader(git, Named(files)), files)
    {
    }

    private GitTree(Reader reader, IReadOnlyList<GitFile> files)
        : base(files.Where(file => IsPath(file.Path)).Select(file => (file.Path, file.Kind, file.Bytes)), reader.Read) => _reader = reader;

    public void Dispose() => _reader.Dispose();

    private static Dictionary<string, string> Named(IReadOnlyList<GitFile> files)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            named[file.Path] = file.Id;
        }

        return named;
    }

    private sealed class Reader(GitProgram git, Dictionary<string, string> ids) : IDisposable
    {
        private Process? _process;
        private Timer? _limit;
        private long _bytes;

        public byte[] Read(string path)
        {
            _process ??= Start();
            var output = _process.StandardOutput.BaseStream;
            _process.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes(ids[path] + "\n"));
            _process.StandardInput.BaseStream.Flush();

            // "id blob size", the bytes, a line feed.
            var header = Line(output).Split(' ');
            if (header is not [_, "blob", var size] || !long.TryParse(size, CultureInfo.InvariantCulture, out var length) || (_bytes += length) > GitLimits.BytesMax)
            {
                throw new IOException("is no file that can be read from its commit");
            }

            var bytes = new byte[length];
            try
            {
                output.ReadExactly(bytes);
                output.ReadByte();
            }
            catch (EndOfStreamException)
            {
                throw new IOException("could not be read from its commit in time");
            }

            return bytes;
        }

        public void Dispose()
        {
            _limit?.Dispose();
            if (_process is { } process)
            {
                GitProgram.End(process);
                process.Dispose();
            }
        }

        private static string Line(Stream output)
        {
            var line = new StringBuilder();
            for (var next = output.ReadByte(); next is not (-1 or '\n') && line.Length < 128; next = output.ReadByte())
            {
                line.Append((char)next);
            }

            return line.ToString();
        }

        private Process Start()
        {
            var process = git.Start(["cat-file", "--batch"]);
            // The end of the process ends every read that waits for it.
            _limit = new Timer(_ => GitProgram.End(process), null, GitLimits.Time, Timeout.InfiniteTimeSpan);
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return process;
        }
    }
}
