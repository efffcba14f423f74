package dev.penstock.admin;

/** Why a request of the API is refused: a way out of its handling, caught where it began. Immutable. */
final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ApiProblem(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    AdminResponse answer() {
        return AdminResponse.json(status, Json.error(String.valueOf(getMessage())));
    }
}
