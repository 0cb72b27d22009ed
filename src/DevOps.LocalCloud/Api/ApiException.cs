namespace DevOps.LocalCloud.Api;

/// <summary>A request that is answered with an error.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="id">The API's word for it.</param>
/// <param name="message">What was wrong.</param>
internal sealed class ApiException(int status, string id, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The API's word for it.</summary>
    public string Id => id;

    /// <summary>The request cannot be read.</summary>
    /// <param name="message">What was wrong.</param>
    /// <returns>The error.</returns>
    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "bad_request", message);

    /// <summary>What was named does not exist.</summary>
    /// <returns>The error.</returns>
    public static ApiException NotFound() => new(StatusCodes.Status404NotFound, "not_found", "The resource you were accessing could not be found.");

    /// <summary>The request can be read, but not done.</summary>
    /// <param name="message">Why.</param>
    /// <returns>The error.</returns>
    public static ApiException Unprocessable(string message) => new(StatusCodes.Status422UnprocessableEntity, "unprocessable_entity", message);
}
