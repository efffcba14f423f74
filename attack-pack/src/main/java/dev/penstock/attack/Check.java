package dev.penstock.attack;

/** What must hold of an attack's request where it got through to the endpoint. */
@FunctionalInterface
public interface Check {
    /**
     * Looks at what the endpoint saw.
     *
     * @param seen the request as it came
     * @return what is wrong with it, in a few words; empty if nothing is
     */
    String harm(SeenRequest seen);

    /**
     * A field must not get through.
     *
     * @param field its name
     * @return the check
     */
    static Check without(String field) {
        return seen -> seen.values(field).isEmpty() ? "" : "the endpoint saw " + field + ": " + seen.values(field);
    }

    /**
     * A body must get through as it is.
     *
     * @param body what the client sent, of a request with a length
     * @return the check
     */
    static Check body(String body) {
        return seen -> !seen.whole() || seen.body().equals(body)
                ? ""
                : "the endpoint saw a body of " + seen.body().length() + " bytes where " + body.length() + " were sent";
    }

    /**
     * A field must get through, and not with this value alone.
     *
     * @param field its name
     * @param value what the client said
     * @return the check
     */
    static Check notOnly(String field, String value) {
        return seen -> {
            if (seen.values(field).isEmpty()) {
                return "the endpoint saw no " + field;
            }
            return seen.values(field).stream().allMatch(value::equalsIgnoreCase)
                    ? "the endpoint saw " + field + ": " + value + ", as the client said"
                    : "";
        };
    }
}
