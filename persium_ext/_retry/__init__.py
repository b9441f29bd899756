"""When to send a request again, and after how long.

``policy`` decides (values in, a value out), ``budget`` holds what each origin has left for retries,
``retry_after`` reads the header field, and ``limits`` puts the three together for one call.
"""
