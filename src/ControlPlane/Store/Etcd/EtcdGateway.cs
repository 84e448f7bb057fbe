using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>
/// Calls of etcd's JSON gateway. A member that does not answer hands the call over to the next one; a call whose repetition would do
/// something is made once, unless it is known not to have been done.
/// </summary>
internal sealed partial class EtcdGateway(EtcdOptions options, TimeProvider clock, ILogger log) : IDisposable
{
    /// <summary>Of one answer, and of one line of a stream.</summary>
    public const int AnswerBytesMax = 64 * 1024 * 1024;

    /// <summary>For one call to one member.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A transaction's only chance.</summary>
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Of an answer that is not JSON, in a message.</summary>
    private const int WordsMax = 200;

    private readonly HttpClient _http = EtcdTransport.Make(options);
    private readonly EtcdLogin? _login = options.UserFile is null ? null : new EtcdLogin(options.UserFile, options.PasswordFile!);
    private readonly Uri[] _endpoints = [.. options.Endpoints.Select(endpoint => new Uri(endpoint))];
    private long _answeredAt = clock.GetTimestamp();
    private int _current;
    private volatile bool _answers = true;

    public TimeSpan ContactAge => clock.GetElapsedTime(Volatile.Read(ref _answeredAt));

    public int Endpoints => _endpoints.Length;

    /// <summary>A call that can be made again: asks every member in turn.</summary>
    /// <exception cref="StoreException"/>
    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancel)
    {
        EtcdFailureException? failure = null;
        for (var attempt = 0; attempt <= _endpoints.Length; attempt++)
        {
            var endpoint = Current;
            try
            {
                return await CallAsync(endpoint, path, request, requestType, answerType, CallTimeout, cancel);
            }
            catch (EtcdFailureException problem) when (problem.Kind is FailureKind.NotSent or FailureKind.Unknown)
            {
                failure = problem;
                Avoid(endpoint, problem.Message);
            }
        }

        throw new StoreUnavailableException($"etcd gives no answer: {failure!.Message}; see that a majority of {string.Join(", ", _endpoints.Select(NameOf))} runs");
    }

    /// <summary>A call that changes something each time it is made: goes to another member only if it did not reach the one before.</summary>
    /// <exception cref="StoreUnavailableException">It may or may not have been done.</exception>
    public async Task<TAnswer> DoOnceAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var endpoint = Current;
            try
            {
                return await CallAsync(endpoint, path, request, requestType, answerType, CommitTimeout, cancel);
            }
            catch (EtcdFailureException problem) when (problem.Kind is FailureKind.NotSent or FailureKind.Unknown)
            {
                Avoid(endpoint, problem.Message);
                if (problem.Kind is FailureKind.Unknown || attempt > _endpoints.Length)
                {
                    throw new StoreUnavailableException($"etcd gives no answer to a transaction, which may or may not be applied: {problem.Message}");
                }
            }
        }
    }

    /// <summary>To every member, such as what concerns its disk.</summary>
    public async Task<IReadOnlyList<TAnswer>> AskEachAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, TimeSpan timeout, CancellationToken cancel)
    {
        var answers = new List<TAnswer>();
        foreach (var endpoint in _endpoints)
        {
            try
            {
                answers.Add(await CallAsync(endpoint, path, request, requestType, answerType, timeout, cancel));
            }
            catch (EtcdFailureException problem) when (problem.Kind is FailureKind.NotSent or FailureKind.Unknown)
            {
                // A member that is away is told of elsewhere; the others' answers count.
            }
        }

        return answers;
    }

    /// <summary>Opens a stream of lines at the current member.</summary>
    /// <exception cref="EtcdFailureException"/>
    public async Task<EtcdStream> OpenAsync<TRequest>(string path, TRequest request, JsonTypeInfo<TRequest> requestType, CancellationToken cancel)
    {
        var endpoint = Current;
        try
        {
            var answer = await SendAsync(endpoint, path, JsonSerializer.SerializeToUtf8Bytes(request, requestType), HttpCompletionOption.ResponseHeadersRead, CallTimeout, cancel);
            return new EtcdStream(answer, await answer.Content.ReadAsStreamAsync(cancel), why => Avoid(endpoint, why), Answered);
        }
        catch (EtcdFailureException problem)
        {
            Avoid(endpoint, problem.Message);
            throw;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _login?.Dispose();
    }

    private Uri Current => _endpoints[(uint)Volatile.Read(ref _current) % _endpoints.Length];

    private static string NameOf(Uri endpoint) => endpoint.Authority;

    // Only the first who finds it silent moves on: the others would move on from its successor.
    private void Avoid(Uri endpoint, string? why)
    {
        var current = Volatile.Read(ref _current);
        if (_endpoints[(uint)current % _endpoints.Length] == endpoint && Interlocked.CompareExchange(ref _current, current + 1, current) == current && _answers && why is not null)
        {
            _answers = false;
            NoAnswer(NameOf(endpoint), why);
        }
    }

    private void Answered()
    {
        Volatile.Write(ref _answeredAt, clock.GetTimestamp());
        if (!_answers)
        {
            _answers = true;
            AnswersAgain(NameOf(Current));
        }
    }

    private async Task<TAnswer> CallAsync<TRequest, TAnswer>(
        Uri endpoint, string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, TimeSpan timeout, CancellationToken cancel)
    {
        using var answer = await SendAsync(endpoint, path, JsonSerializer.SerializeToUtf8Bytes(request, requestType), HttpCompletionOption.ResponseContentRead, timeout, cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancel);
        try
        {
            var result = JsonSerializer.Deserialize(bytes, answerType) ?? throw new JsonException("null");
            Answered();
            return result;
        }
        catch (JsonException problem)
        {
            throw new EtcdFailureException(FailureKind.Unknown, $"{NameOf(endpoint)} answers /v3/{path} with something that is not etcd's: {problem.Message}", problem);
        }
    }

    // A token that has run out is known not to have let the call through: then it is made once more.
    private async Task<HttpResponseMessage> SendAsync(
        Uri endpoint, string path, byte[] body, HttpCompletionOption completion, TimeSpan timeout, CancellationToken cancel)
    {
        if (_login is null)
        {
            return await SendAsync(endpoint, path, body, null, completion, timeout, cancel);
        }

        var token = await _login.TokenAsync(null, credentials => LoginAsync(endpoint, credentials, cancel), cancel);
        try
        {
            return await SendAsync(endpoint, path, body, token, completion, timeout, cancel);
        }
        catch (EtcdFailureException problem) when (problem.Kind == FailureKind.NotLoggedIn)
        {
            token = await _login.TokenAsync(token, credentials => LoginAsync(endpoint, credentials, cancel), cancel);
            return await SendAsync(endpoint, path, body, token, completion, timeout, cancel);
        }
    }

    private async Task<string> LoginAsync(Uri endpoint, AuthenticateRequest credentials, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(credentials, EtcdJsonContext.Default.AuthenticateRequest);
        using var answer = await SendAsync(endpoint, "auth/authenticate", body, null, HttpCompletionOption.ResponseContentRead, CallTimeout, cancel);
        return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancel), EtcdJsonContext.Default.AuthenticateResponse)?.Token
            ?? throw new EtcdFailureException(FailureKind.Refused, $"{NameOf(endpoint)} gives no token");
    }

    private async Task<HttpResponseMessage> SendAsync(
        Uri endpoint, string path, byte[] body, string? token, HttpCompletionOption completion, TimeSpan timeout, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/v3/" + path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // A member that has lost the others says so instead of waiting for them.
        request.Headers.TryAddWithoutValidation("Grpc-Metadata-hasleader", "true");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(timeout);
        HttpResponseMessage? answer = null;
        try
        {
            answer = await _http.SendAsync(request, completion, patience.Token);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                var bytes = await answer.Content.ReadAsByteArrayAsync(patience.Token);
                throw ErrorOf(bytes) is { } error
                    ? EtcdFailureException.Of(error)
                    : new EtcdFailureException(
                        (int)answer.StatusCode < 500 ? FailureKind.Refused : FailureKind.Unknown,
                        $"{NameOf(endpoint)} answers {(int)answer.StatusCode} to /v3/{path}: {Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, WordsMax))).Trim()}");
            }
        }
        catch (OperationCanceledException problem) when (!cancel.IsCancellationRequested)
        {
            // The connection's own time limit is the only one that comes as a timeout.
            throw new EtcdFailureException(
                problem.InnerException is TimeoutException ? FailureKind.NotSent : FailureKind.Unknown, $"{NameOf(endpoint)} did not answer within {timeout.TotalSeconds:0.#} s", problem);
        }
        catch (HttpRequestException problem) when (problem.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new EtcdFailureException(FailureKind.TooLarge, $"{NameOf(endpoint)} answers with more than {AnswerBytesMax:#,0} bytes", problem);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw new EtcdFailureException(WasNotSent(problem) ? FailureKind.NotSent : FailureKind.Unknown, $"{NameOf(endpoint)}: {(problem.InnerException ?? problem).Message}", problem);
        }
    }

    private static bool WasNotSent(Exception problem) =>
        problem is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private static EtcdError? ErrorOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, EtcdJsonContext.Default.EtcdError);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "etcd member {Member} is not used for now: {Why}", EventName = "etcd silent")]
    private partial void NoAnswer(string member, string why);

    [LoggerMessage(2, LogLevel.Information, "etcd answers again, at {Member}", EventName = "etcd answers")]
    private partial void AnswersAgain(string member);
}
