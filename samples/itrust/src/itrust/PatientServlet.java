package itrust;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Lists patients and takes new ones. */
public final class PatientServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 100;
    private static final int UNPROCESSABLE = 422;
    private static final Logger LOG = Logger.getLogger("itrust");

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        show(request, response, PatientForm.empty());
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        // Browsers say where a form was sent from; one on somebody else's page adds nothing here.
        if ("cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        PatientForm form = PatientForm.of(request);
        if (form.hasErrors()) {
            response.setStatus(UNPROCESSABLE);
            show(request, response, form);
            return;
        }
        try {
            store().add(form.name(), form.bornOn(), form.emailOrNull());
        } catch (SQLException exception) {
            unavailable(response, exception);
            return;
        }
        // The answer to a form is another page, so that reloading it does not add the patient again.
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", request.getContextPath() + "/");
    }

    private void show(HttpServletRequest request, HttpServletResponse response, PatientForm form)
            throws ServletException, IOException {
        Application application = Application.of(getServletContext());
        try {
            PatientStore store = store();
            request.setAttribute("view", new PatientView(
                    store.newest(SHOWN), store.count(), form, application.version(), application.host()));
        } catch (SQLException exception) {
            unavailable(response, exception);
            return;
        }
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; form-action 'self'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        getServletContext().getNamedDispatcher("patients-page").forward(request, response);
    }

    private PatientStore store() {
        return new PatientStore(Application.of(getServletContext()).database());
    }

    private static void unavailable(HttpServletResponse response, SQLException exception) throws IOException {
        LOG.log(Level.SEVERE, "The database does not do its part: {0}", exception.getMessage());
        response.setHeader("Retry-After", "5");
        response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
}
