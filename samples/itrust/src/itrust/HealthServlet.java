package itrust;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;

/** Says whether this instance can do its work, which takes the database: 200, or 503 with the reason. */
public final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Application application = Application.of(getServletContext());
        response.setContentType("text/plain; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        try {
            long patients = new PatientStore(application.database()).count();
            response.getWriter().printf("healthy: iTrust %s on %s, %d patients%n", application.version(), application.host(), patients);
        } catch (SQLException exception) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.getWriter().printf("unhealthy: iTrust %s on %s: the database at %s does not answer (SQL state %s)%n",
                    application.version(), application.host(), application.database().address(), exception.getSQLState());
        }
    }
}
